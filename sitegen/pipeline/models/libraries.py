"""Which library computes a stage, and where: the one table of engines and devices.

An engine decides the result, so `datasets.yaml` names it and it enters the key of its stage. The device does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from sitegen.errors import ModelError
from sitegen.install_hint import install_command


@dataclass(frozen=True)
class Library:
    """A library that can compute a stage.

    Attributes:
        stage, name: what it computes, and its name in `datasets.yaml`.
        module, distribution: what is imported, and the installed package that holds it.
        devices: where it runs, best first.
        extra, guide: the extra of sitegen that brings it, or the page that says how to get it.
    """

    stage: str
    name: str
    module: str
    distribution: str
    devices: tuple[str, ...]
    extra: str = "pipeline"
    guide: str = ""

    @property
    def install(self) -> str:
        """Say how to get it."""
        return f"see {self.guide}" if self.guide else install_command(self.extra)


ANY = ("cuda", "mps", "cpu")
RAPIDS = "https://docs.rapids.ai/install"
# fmt: off
LIBRARIES_BY_STAGE = (  # of each stage the default first
    Library("embeddings", "sentence-transformers", "sentence_transformers", "sentence-transformers", ANY),
    Library("reduction",  "umap-learn",            "umap",                  "umap-learn",            ("cpu",)),
    Library("clusters",   "hdbscan",               "hdbscan",               "hdbscan",               ("cpu",)),
    Library("clusters",   "fast_hdbscan",          "fast_hdbscan",          "fast-hdbscan",          ("cpu",), "fast"),
    Library("clusters",   "cuml",                  "cuml",                  "cuml-cu12",             ("cuda",),
           guide=RAPIDS),
    Library("topics",     "bertopic",              "bertopic",              "bertopic",              ANY),
    Library("labels",     "transformers",          "transformers",          "transformers",          ANY),
)
# fmt: on


def libraries_for(stage: str) -> tuple[Library, ...]:
    """Return the engines of a stage, the default first."""
    return tuple(engine for engine in LIBRARIES_BY_STAGE if engine.stage == stage)


def installed(engine: Library) -> bool:
    """Tell whether the engine can be imported; it is not."""
    return find_spec(engine.module) is not None


@cache
def devices() -> tuple[str, ...]:
    """Return the devices of this machine, best first, as torch sees them; the CPU alone without torch."""
    if find_spec("torch") is None:
        return ("cpu",)
    import torch

    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return tuple(device for device in ANY if found[device])


def device_of(engine: Library, wanted: str = "auto") -> str | None:
    """Return where an engine runs on this machine, None if nowhere; `wanted` is `runtime.device`."""
    here = [device for device in engine.devices if device in devices()]
    return wanted if wanted in here else next(iter(here), None)


def require(stage: str, name: str, field: str) -> Library:
    """Return the engine of that name, if it can run here.

    Raises:
        ModelError: it is not installed, or this machine lacks the device.
    """
    engine = next(each for each in libraries_for(stage) if each.name == name)
    if not installed(engine):
        default = libraries_for(stage)[0].name
        raise ModelError(f"{name} is not installed ({engine.install}); or take {field}: {default}", field)
    if engine.devices != ("cpu",) and device_of(engine) is None:
        raise ModelError(f"{name} needs {' or '.join(engine.devices)}, which this machine does not have", field)
    return engine
