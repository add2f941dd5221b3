"""OpenVINO, imported so that it reports nothing, and what of it the embedder and the labeller share."""

from __future__ import annotations

import sys
import warnings
from typing import Any, cast

import numpy as np

HINTS = {"float32": "f32", "bfloat16": "bf16"}
"""OpenVINO's names of the precisions that matrices are multiplied in."""
ACTIVATIONS = ("Swish", "Gelu")
"""OpenVINO's names of those that gated layers use."""


class NotConvertibleError(Exception):
    """OpenVINO cannot run this model, or not as torch does; says why."""


def import_openvino() -> Any:
    """Return the module.

    It reports its import to a server of its makers through another package; without that it has a stub.
    """
    sys.modules.setdefault("openvino_telemetry", cast(Any, None))
    import openvino

    return openvino


def convert_traced(model: Any, example: tuple[Any, ...], shapes: list[list[int]]) -> Any:
    """Return a torch module, a function of tensors alone, as a model of OpenVINO that shares its memory.

    torch compares what it traced with two more runs of the module unless it is told not to. Users of this compare the
    answers of the result instead.

    Args:
        example: inputs to trace it with.
        shapes: of the inputs, -1 where any number is right.
    """
    openvino = import_openvino()
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracer, about branches that every call goes through
        traced = TorchScriptPythonDecoder(model, example_input=example, trace_kwargs={"check_trace": False})
        return openvino.convert_model(traced, example_input=example, input=shapes)


def cpu_settings(precision: str, streams: int) -> dict[str, Any]:
    """Return the settings under which `streams` batches are computed side by side, each on one thread.

    So the number of threads decides no byte.
    """
    return {
        "INFERENCE_PRECISION_HINT": HINTS[precision],
        "NUM_STREAMS": streams,
        "INFERENCE_NUM_THREADS": streams,
        "ENABLE_CPU_PINNING": False,  # processes side by side would all take the first cores
    }


def separate_gated_layers(model: Any) -> None:
    """Keep OpenVINO from fusing the gated layers of a model into one operation of its own.

    On processors with AMX it does so in bfloat16, and splits the work of that operation between at least two threads:
    see `LinearKsplit2` in its `llm_mlp.cpp`, 2026.4. Here each batch is computed on one. A bound that no number
    exceeds, between an activation and what it gates, is not what the fusion looks for.

    Args:
        model: as of `openvino.convert_model`; it is changed.
    """
    from openvino import opset13

    largest = float(np.finfo(np.float32).max)
    for node in model.get_ops():
        if node.get_type_name() not in ACTIVATIONS:
            continue
        gates = [each for each in node.output(0).get_target_inputs() if each.get_node().get_type_name() == "Multiply"]
        if gates:
            bounded = opset13.clamp(node.output(0), -largest, largest)
        for gate in gates:
            gate.replace_source_output(bounded.output(0))
