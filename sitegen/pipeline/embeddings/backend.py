"""Which library runs the embedder, and in which precision: decided without loading it, so that it can enter the key."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from sitegen.config import EmbeddingsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.models.hardware import may_have_gpu, multiplies_bfloat16

Precision = Literal["float32", "float16", "bfloat16"]
CONVERTIBLE = frozenset({"Transformer", "Pooling", "Normalize", "Dense"})
"""Modules of sentence-transformers that OpenVINO runs as torch does."""
PARTS = {"onnx": ("optimum.onnxruntime", "sentence-transformers[onnx]"), "openvino": ("openvino", "openvino")}
"""What a backend imports beside torch, and what to install for it."""


@dataclass(frozen=True)
class Backend:
    """What runs the embedder.

    Attributes:
        why: why `auto` took it; empty where the config names it.
    """

    name: Literal["torch", "onnx", "openvino"]
    precision: Precision
    why: str = ""

    @property
    def summary(self) -> str:
        """For the key, the About page and `doctor`: `openvino 2026.4.1, bfloat16`."""
        library = f"{self.name} {version('openvino')}" if self.name == "openvino" else self.name
        return f"{library}, {self.precision}"


def choose_backend(config: EmbeddingsConfig, root: Path) -> Backend:
    """Resolve `embeddings.backend` and `embeddings.dtype` for this machine.

    `auto` takes OpenVINO on a processor it was measured on, unless torch could use a GPU, or the model is of a kind
    that OpenVINO cannot be trusted with. `dtype: auto` is bfloat16 for OpenVINO on a processor with units for it.

    Raises:
        ModelError: the backend that the config names is not installed.
    """
    name = config.backend
    if name == "auto":
        objection = _objection_to_openvino(config, root)
        if objection:
            return Backend("torch", "float32" if config.dtype == "auto" else config.dtype, objection)
        return Backend("openvino", _openvino_precision(config), "this machine has no GPU")
    if name != "torch" and not _installed(PARTS[name][0]):
        raise ModelError(
            f"backend {name} is not installed; pip install {PARTS[name][1]}, or leave embeddings.backend out",
            "embeddings.backend",
        )
    if name == "openvino":
        return Backend(name, _openvino_precision(config))
    return Backend(name, "float32" if config.dtype == "auto" else config.dtype)


def _openvino_precision(config: EmbeddingsConfig) -> Precision:
    if config.dtype == "auto":
        return "bfloat16" if multiplies_bfloat16() else "float32"
    return config.dtype


def _objection_to_openvino(config: EmbeddingsConfig, root: Path) -> str:
    """Why `auto` takes torch; empty if nothing speaks against OpenVINO."""
    if not _installed("openvino"):
        return "OpenVINO is not installed"
    if platform.machine() not in ("x86_64", "AMD64"):
        return f"OpenVINO was not measured on {platform.machine()}"
    if may_have_gpu():
        return "torch may use a GPU"
    if config.dtype == "float16":
        return "OpenVINO computes in float32 or bfloat16"
    if config.trust_remote_code:
        return "the model brings code of its own"
    path = None if config.model is None else find_model(config.model, root, "embeddings.model").path
    return "" if path is None else _objection_to_model(path)


def _objection_to_model(folder: Path) -> str:
    """Say why a model in a folder cannot be converted; of a hub name nothing is known before it is loaded."""
    if not (folder / "tokenizer.json").is_file():
        return "the model has no tokenizer.json"
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        kinds = {str(module["type"]) for module in modules}
    except (OSError, ValueError, KeyError, TypeError):
        return "the model has no modules.json"
    strange = sorted(
        kind
        for kind in kinds
        if not kind.startswith("sentence_transformers.") or kind.split(".")[-1] not in CONVERTIBLE
    )
    return f"the model has modules of other kinds: {', '.join(strange)}" if strange else ""


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
