"""Which library runs the language model, and in which precision: decided without loading it, as it enters the key."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Literal

from sitegen.config import LabelsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.models.hardware import may_have_gpu, multiplies_bfloat16


@dataclass(frozen=True)
class Engine:
    """What runs the language model.

    Attributes:
        precision: what OpenVINO multiplies matrices in; None of torch, whose precision follows the device.
        why: why `auto` took it; empty where the config names it.
    """

    name: Literal["torch", "openvino"]
    precision: Literal["float32", "bfloat16"] | None = None
    why: str = ""

    @property
    def summary(self) -> str:
        """For keys, the About page and `doctor`: `openvino 2026.4.1, bfloat16`, or `torch`."""
        return f"{self.name} {version(self.name)}, {self.precision}" if self.precision else self.name


TORCH = Engine("torch")


def choose_engine(config: LabelsConfig) -> Engine:
    """Resolve `labels.backend` for this machine.

    `auto` takes OpenVINO on a processor it was measured on, unless torch could use a GPU, or the config asks for what
    only torch does. It computes in bfloat16 on a processor with units for it.

    Raises:
        ModelError: the config names OpenVINO, and it is not installed.
    """
    if config.backend == "torch":
        return TORCH
    here = find_spec("openvino") is not None
    precision: Literal["float32", "bfloat16"] = "bfloat16" if multiplies_bfloat16() else "float32"
    if config.backend == "openvino":
        if not here:
            raise ModelError(
                "backend openvino is not installed; pip install openvino, or leave labels.backend out", "labels.backend"
            )
        return Engine("openvino", precision)
    objection = _objection(config) if here else "OpenVINO is not installed"
    return Engine("torch", why=objection) if objection else Engine("openvino", precision, "this machine has no GPU")


def _objection(config: LabelsConfig) -> str:
    if platform.machine() not in ("x86_64", "AMD64"):
        return f"OpenVINO was not measured on {platform.machine()}"
    if may_have_gpu():
        return "torch may use a GPU"
    if config.trust_remote_code:
        return "the model brings code of its own"
    return config.only_torch
