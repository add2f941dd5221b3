"""A sentence-transformers model, run by OpenVINO: the same weights and modules, faster on a CPU.

The torch module is converted as a whole, pooling included, and tried on a few texts beside torch before it is used.
Each batch is computed on one thread, several side by side, so the number of threads decides no byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Float32
from sitegen.pipeline.embeddings.backend import Precision
from sitegen.pipeline.models.openvino_runtime import (
    NotConvertibleError,
    convert_traced,
    cpu_settings,
    import_openvino,
    separate_gated_layers,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TOKENS_PER_BATCH = 1024
"""What fits the cache of a core, with some room; 512 to 2,048 are as fast."""
LENGTH_STEP = 8
"""Batches are padded to a multiple of it: code is generated for each shape anew."""
TEXTS_AT_ONCE = 2048
"""Texts that are turned into tokens together."""
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
TRIAL = ("graph", "Beat the eggs until they are stiff.", "The flight was delayed by three hours. " * 9, "Why? " * 40)
ALIKE = {"float32": 0.9999, "bfloat16": 0.99}
"""Cosine of a vector of OpenVINO and that of torch that is close enough. A wrong conversion is far below."""


class OpenVinoEncoder:
    """Turns texts into vectors as `SentenceTransformer.encode` does, without unit length.

    Args:
        model: in float32, on the CPU.
        precision: what matrices are multiplied in, float32 or bfloat16.
        threads: how many batches are computed side by side.

    Raises:
        NotConvertibleError: see there.
    """

    def __init__(self, model: SentenceTransformer, precision: Precision, threads: int) -> None:
        self._model = model
        self._threads = threads
        if model.truncate_dim is not None or getattr(model.tokenizer, "padding_side", "right") != "right":
            raise NotConvertibleError("it cuts vectors, or pads texts on the left")
        try:
            self._compiled = self._compile(precision)
            found = self.encode(TRIAL, None)
        except Exception as error:  # of torch's tracer, or of any part of OpenVINO
            raise NotConvertibleError(str(error).strip().partition("\n")[0]) from error
        wanted = model.encode(list(TRIAL), prompt="", convert_to_numpy=True, show_progress_bar=False)
        cosine = np.sum(found * wanted, axis=1) / np.linalg.norm(found, axis=1) / np.linalg.norm(wanted, axis=1)
        if not cosine.min() >= ALIKE[precision]:
            raise NotConvertibleError(f"its vectors are not those of torch (cosine {cosine.min():.3f})")

    def encode(self, texts: Sequence[str], prompt: str | None) -> Float32:
        """Return vectors, float32 (n, d); `prompt` stands before every text.

        Raises:
            NotConvertibleError: the model is told more about its prompt than which tokens it is.
        """
        openvino = import_openvino()
        parts: list[Float32] = []
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            features = self._features(texts[start : start + TEXTS_AT_ONCE], prompt)
            vectors = np.empty((len(features["input_ids"]), self._dimensions), np.float32)
            queue = openvino.AsyncInferQueue(self._compiled, self._threads)
            queue.set_callback(lambda request, rows, into=vectors: _take(request, rows, into))
            for rows, length in _batches(features["attention_mask"].sum(axis=1)):
                queue.start_async({name: values[rows, :length] for name, values in features.items()}, rows)
            queue.wait_all()
            parts.append(vectors)
        return np.concatenate(parts) if parts else np.empty((0, self._dimensions), np.float32)

    @property
    def _dimensions(self) -> int:
        return int(self._compiled.output(0).partial_shape[1].get_length())

    def _features(self, texts: Sequence[str], prompt: str | None) -> dict[str, npt.NDArray[np.int64]]:
        """Return the model's inputs, each (n, longest): token ids, and which of them are no padding."""
        features = self._model.preprocess(list(texts), prompt=prompt)
        if "prompt_length" in features and not all(getattr(module, "include_prompt", True) for module in self._model):
            raise NotConvertibleError("it leaves the prompt out of a document's vector")
        return {name: np.asarray(features[name]) for name in INPUTS if name in features}

    def _compile(self, precision: Precision) -> Any:
        import torch

        openvino = import_openvino()
        features = self._features(TRIAL[:2], None)
        names = list(features)

        def forward(self: Any, *tensors: Any) -> Any:
            return self.model(dict(zip(names, tensors, strict=True)))["sentence_embedding"]

        whole = type("Whole", (torch.nn.Module,), {"forward": forward})()  # the model as a function of tensors alone
        whole.model = self._model.eval()
        example = tuple(torch.from_numpy(values) for values in features.values())
        with torch.inference_mode():
            converted = convert_traced(whole, example, [[-1, -1]] * len(example))
        for port, name in zip(converted.inputs, names, strict=True):
            port.get_tensor().set_names({name})
        separate_gated_layers(converted)
        return openvino.Core().compile_model(converted, "CPU", cpu_settings(precision, self._threads))


def _batches(lengths: npt.NDArray[np.int64]) -> Iterator[tuple[npt.NDArray[np.int64], int]]:
    """Rows of texts of about one length, the longest first, and the length to cut them to."""
    order = np.argsort(-lengths, kind="stable")
    longest, start = int(lengths.max()), 0
    while start < len(order):
        length = min(-(-int(lengths[order[start]]) // LENGTH_STEP) * LENGTH_STEP, longest)
        rows = order[start : start + max(1, TOKENS_PER_BATCH // length)]
        yield rows, length
        start += len(rows)


def _take(request: Any, rows: npt.NDArray[np.int64], into: Float32) -> None:
    into[rows] = request.get_output_tensor(0).data
