"""A causal language model in OpenVINO, converted from torch: tokens in, the likeliest next tokens out."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sitegen.pipeline.models.openvino_runtime import (
    HINTS,
    NotConvertibleError,
    convert_traced,
    cpu_settings,
    import_openvino,
    separate_gated_layers,
)

Ints = npt.NDArray[np.int64]
INPUTS = ("input_ids", "attention_mask", "position_ids", "rows")


class NextTokens(NamedTuple):
    """The likeliest next tokens of each row, (rows, candidates): the logarithms of their probabilities, and which."""

    scores: npt.NDArray[np.float32]
    tokens: Ints


def convert_decoder(weights: Any, candidates: int, precision: str, streams: int) -> Any:
    """Return the compiled model of transformers' `weights`, in float32 on the CPU, with its keys and values as state.

    It goes through a file, and `weights` are emptied, so that memory holds them once.

    Args:
        candidates: how many next tokens are told.
        precision: what matrices are multiplied in, float32 or bfloat16.
        streams: how many batches are computed side by side, each on one thread.
    """
    openvino = import_openvino()
    settings = {
        **cpu_settings(precision, streams),
        "KV_CACHE_PRECISION": HINTS[precision],
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0,
    }
    core = openvino.Core()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.xml"
        openvino.save_model(_converted(weights, candidates), file, compress_to_fp16=False)
        weights.to("meta")
        gc.collect()  # the traced module refers to itself
        with suppress(AttributeError):  # of another C library than glibc, which keeps what it is given back
            ctypes.CDLL(None).malloc_trim(0)
        return core.compile_model(core.read_model(file), "CPU", settings)


def _converted(weights: Any, candidates: int) -> Any:
    """Return the model with its keys and values as state; it holds the memory of `weights`."""
    from openvino import opset13
    from openvino.passes import MakeStateful, Manager

    config = weights.config
    layers, heads = config.num_hidden_layers, config.num_key_value_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    state = [f"{part}.{layer}" for layer in range(layers) for part in ("keys", "values")]
    shapes = [[-1, -1], [-1, -1], [-1, -1], [-1], *[[-1, heads, -1, size]] * len(state)]
    converted = convert_traced(_whole(weights, candidates), _example(len(state), heads, size), shapes)
    for port, name in zip(converted.inputs, (*INPUTS, *state), strict=True):
        port.get_tensor().set_names({name})
    for port, name in zip(converted.outputs, ("scores", "tokens", *(f"new {name}" for name in state)), strict=True):
        port.get_tensor().set_names({name})
    passes = Manager()
    passes.register_pass(MakeStateful({name: f"new {name}" for name in state}))
    passes.run_passes(converted)
    # The state begins with no token for each row.
    rows = opset13.gather(opset13.shape_of(converted.input("rows")), opset13.constant([0]), opset13.constant(0))
    shape = opset13.concat([rows, opset13.constant(np.array([heads, 0, size], np.int64))], axis=0)
    for node in converted.get_ops():
        if node.get_type_name() == "ReadValue":
            node.set_arguments([opset13.broadcast(opset13.constant(np.float32(0)), shape)])
    separate_gated_layers(converted)
    converted.validate_nodes_and_infer_types()
    return converted


def check_kind(config: Any) -> None:
    """Refuse a model that reads long texts in another way than short ones: it is traced and tried on short ones only.

    Raises:
        NotConvertibleError: it is one.
    """
    kinds = getattr(config, "layer_types", None) or []
    if getattr(config, "sliding_window", None) or any(kind != "full_attention" for kind in kinds):
        raise NotConvertibleError("not all its layers read the whole prompt")
    rope = getattr(config, "rope_parameters", None) or {}
    if rope.get("rope_type") in ("dynamic", "longrope"):
        raise NotConvertibleError("its positions depend on the length of the prompt")


def _example(states: int, heads: int, size: int) -> tuple[Any, ...]:
    """Return two rows of two tokens, which stand after three."""
    import torch

    tokens = torch.ones(2, 2, dtype=torch.int64)
    rows = torch.tensor([0, 1], dtype=torch.int32)  # OpenVINO knows it for the rows of its cache by this type
    return tokens, torch.ones(2, 5, dtype=torch.int64), tokens, rows, *[torch.zeros(2, heads, 3, size)] * states


def _whole(weights: Any, candidates: int) -> Any:
    """Return the model as a function of tensors alone: inputs as `INPUTS` and the state, then results and new state."""
    import torch
    from transformers.cache_utils import Cache, DynamicLayer

    def forward(self: Any, input_ids: Any, attention_mask: Any, position_ids: Any, rows: Any, *state: Any) -> Any:
        layers = []
        for keys, values in zip(state[::2], state[1::2], strict=True):
            layer = DynamicLayer()
            layer.lazy_initialization(keys, values)
            layer.keys, layer.values = keys.index_select(0, rows), values.index_select(0, rows)
            layers.append(layer)
        new, length = input_ids.shape[1], attention_mask.shape[1]
        places = torch.arange(length)
        is_before = places[None, :] <= places[length - new :, None]
        seen = is_before[None, None] & attention_mask[:, None, None, :].to(torch.bool)
        output = self.weights(
            input_ids=input_ids,
            attention_mask=torch.where(seen, 0.0, torch.finfo(torch.float32).min),
            position_ids=position_ids,
            past_key_values=Cache(layers=layers),
            use_cache=True,
            logits_to_keep=1,
        )
        scores, tokens = torch.log_softmax(output.logits[:, -1], -1).topk(candidates)
        return scores, tokens, *(part for layer in output.past_key_values.layers for part in (layer.keys, layer.values))

    whole = type("Whole", (torch.nn.Module,), {"forward": forward})()
    whole.weights = weights.eval()
    return whole


class Decoder:
    """One of the computations that a compiled model does side by side, with the tokens that it has read.

    Args:
        compiled: as of `convert_decoder`.
    """

    def __init__(self, compiled: Any) -> None:
        self._request = compiled.create_infer_request()
        self._prefix: tuple[int, ...] = ()
        self._kept: list[Any] = []
        self._mask = np.empty((0, 0), np.int64)

    def read(self, prefix: tuple[int, ...], rests: Ints, mask: Ints) -> NextTokens:
        """Read prompts anew. All begin with `prefix`, which is read once as long as calls share it.

        Args:
            rests: what follows in each, (rows, tokens).
            mask: 0 where `rests` is padding, of the same shape.
        """
        openvino = import_openvino()
        if prefix != self._prefix or not prefix:
            self._request.reset_state()
            if prefix:
                ones = np.ones((1, len(prefix)), np.int64)
                self._infer(np.array([prefix], np.int64), ones, np.zeros(1, np.int32))
                self._kept = [openvino.Tensor(np.array(each.state.data)) for each in self._request.query_state()]
            self._prefix = prefix
        else:
            for state, kept in zip(self._request.query_state(), self._kept, strict=True):
                state.state = kept
        self._mask = np.concatenate([np.ones((len(rests), len(prefix)), np.int64), mask], axis=1)
        first = np.zeros(len(rests), np.int32) if prefix else np.arange(len(rests), dtype=np.int32)
        return self._infer(rests, self._mask, first)

    def go_on(self, rows: list[int], tokens: list[int]) -> NextTokens:
        """Read one more token after each of `rows`, of which one may stand there several times, or not at all."""
        more = np.ones((len(rows), 1), np.int64)
        self._mask = np.concatenate([self._mask[rows], more], axis=1)
        return self._infer(np.array(tokens, np.int64)[:, None], self._mask, np.array(rows, np.int32))

    def _infer(self, tokens: Ints, mask: Ints, rows: npt.NDArray[np.int32]) -> NextTokens:
        places = np.maximum(mask.cumsum(axis=1) - 1, 0)[:, -tokens.shape[1] :]
        found = self._request.infer(dict(zip(INPUTS, (tokens, mask, places, rows), strict=True)))
        return NextTokens(found["scores"].copy(), found["tokens"].copy())
