"""How models are run by OpenVINO, whichever model it is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, ndtr

from sitegen.pipeline.models.openvino_runtime import cpu_settings, import_openvino, separate_gated_layers

pytest.importorskip("openvino")
pytestmark = pytest.mark.pipeline

INNER, OUTER = 512, 256


@pytest.mark.parametrize("activation", ["swish", "gelu"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_gated_layer_runs_on_one_thread_in_separate_parts(activation: str, precision: str) -> None:
    openvino = import_openvino()
    from openvino import opset13

    rng = np.random.default_rng(0)
    gate, up, down = (
        (rng.standard_normal(shape) / 16).astype(np.float32)
        for shape in ((INNER, OUTER), (INNER, OUTER), (OUTER, INNER))
    )
    given = opset13.parameter([-1, -1, OUTER], np.float32)
    before = opset13.matmul(given, gate, False, True)
    active = opset13.swish(before) if activation == "swish" else opset13.gelu(before, "erf")
    gated = opset13.multiply(active, opset13.matmul(given, up, False, True))
    model = openvino.Model([opset13.matmul(gated, down, False, True)], [given])
    separate_gated_layers(model)
    compiled = openvino.Core().compile_model(model, "CPU", cpu_settings(precision, 1))
    kinds = {node.get_rt_info()["layerType"].astype(str) for node in compiled.get_runtime_model().get_ops()}
    assert not any("MLP" in kind for kind in kinds)

    vectors = rng.standard_normal((2, 3, OUTER)).astype(np.float32)
    (found,) = compiled(vectors).values()
    argument = vectors @ gate.T
    share = expit(argument) if activation == "swish" else ndtr(argument)
    expected = (argument * share * (vectors @ up.T)) @ down.T
    assert np.abs(found - expected).max() < 0.05 * np.abs(expected).max()
