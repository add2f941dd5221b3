"""`sitegen doctor`: what this machine will use, and what in a config cannot work on it.

No model is loaded, and nothing is fetched.
"""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from sitegen.config import DatasetConfig, Project, load_project
from sitegen.errors import ComputeError, ModelError
from sitegen.install_hint import install_command
from sitegen.pipeline.embeddings.backend import Backend, choose_backend
from sitegen.pipeline.executor.dask_executor import DaskExecutor
from sitegen.pipeline.labels.language_model.engine import Engine, choose_engine
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.models.libraries import LIBRARIES_BY_STAGE, Library, device_of, devices, installed, libraries_for
from sitegen.pipeline.models.memory_estimate import memory_needed
from sitegen.report import Report
from sitegen.version import __version__
from sitegen.workspace import DIRECTORY

SHOWN_LIBRARIES = (
    "torch",
    "transformers",
    "sentence-transformers",
    "openvino",
    "bertopic",
    "umap-learn",
    "hdbscan",
    "bokeh",
)
EXTRAS = {"dask": "distributed", "fast": "fast_hdbscan", "near": "rensa"}
VARIABLES = ("HF_TOKEN", "HF_HUB_OFFLINE")
GIB = 2**30


@dataclass
class Diagnosis:
    """What was found.

    Attributes:
        sections: lines to read, by title.
        warnings: what may not work here.
        missing: what the config needs and is not here.
    """

    sections: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it, for a terminal."""
        lines = []
        for title, entries in self.sections.items():
            lines += [title, *(f"  {entry}" for entry in entries), ""]
        lines += [f"warning: {each}" for each in self.warnings] + [f"missing: {each}" for each in self.missing]
        verdict = "something that the config needs is missing" if self.missing else "everything that is needed is here"
        return "\n".join([*lines, f"{verdict}; {len(self.warnings)} warning(s)"])


def examine(config: Path) -> Diagnosis:
    """Look at this machine, and at the datasets of `config` where there is such a file.

    Raises:
        ConfigError: there is such a file, and it has mistakes.
    """
    project = load_project(config) if config.is_file() else None
    wanted = project.config.runtime.device if project else "auto"
    found = Diagnosis(
        {
            "machine": _machine(project.root if project else Path.cwd()),
            "libraries": [f"{name:<22} {_version(name)}" for name in SHOWN_LIBRARIES],
            "stages": [_stage(engine, wanted) for engine in LIBRARIES_BY_STAGE],
            "extras": [f"{name:<22} {'installed' if find_spec(EXTRAS[name]) else 'not installed'}" for name in EXTRAS],
            "Hugging Face": [f"{name:<22} {'set' if os.environ.get(name) else 'not set'}" for name in VARIABLES],
        }
    )
    if project is None:
        found.sections[str(config)] = ["no such file, so no dataset is looked at"]
        return found
    found.sections["engine"] = [_compute_engine(project, found)]
    if wanted not in ("auto", *devices()):
        found.missing.append(f"{config}: runtime.device: this machine has no {wanted}; take auto")
    for dataset in project.config.entries:
        _examine_libraries(dataset, wanted, found)
        found.sections[dataset.slug] = _examine_models(project, dataset, found)
    return found


def _examine_libraries(dataset: DatasetConfig, wanted: str, found: Diagnosis) -> None:
    for stage in dict.fromkeys(engine.stage for engine in LIBRARIES_BY_STAGE):
        default = libraries_for(stage)[0]
        name = getattr(getattr(dataset, stage), "engine", default.name)
        engine = next((each for each in libraries_for(stage) if each.name == name), default)
        if stage == "labels" and (dataset.labels.model is None or _remote(dataset)):
            continue
        if not installed(engine):
            found.missing.append(f"{dataset.slug}: {stage} needs {engine.name}: {engine.install}")
        elif device_of(engine, wanted) is None:
            found.missing.append(f"{dataset.slug}: {stage} by {engine.name} needs {' or '.join(engine.devices)}")


def _compute_engine(project: Project, found: Diagnosis) -> str:
    """Describe the executor. A scheduler is asked for its workers; none are started for that."""
    config = project.config.compute
    if config.executor == "in-process":
        return "in-process"
    if config.scheduler == "local":
        if find_spec("distributed") is None:
            found.missing.append(f"{project.path}: compute.executor: Dask is not installed; {install_command('dask')}")
        return f"dask                   starts {config.workers or os.cpu_count()} worker(s) on this machine"
    try:
        with DaskExecutor(config, Report(-1)) as engine:
            return f"dask                   {engine.workers} worker(s) of {config.scheduler}, with the versions of here"
    except ComputeError as error:
        found.missing.append(f"{project.path}: {error.field}: {error}")
        return f"dask                   {config.scheduler}, not fit for it"


def _examine_models(project: Project, dataset: DatasetConfig, found: Diagnosis) -> list[str]:
    lines = []
    for stage, model in {"embeddings": dataset.embeddings.model, "labels": dataset.labels.model}.items():
        if model is None or (stage == "labels" and _remote(dataset)):
            lines.append(f"{stage:<12} no model on this machine")
            continue
        try:
            path = find_model(model, project.root, f"{stage}.model").path
        except ModelError as error:
            found.missing.append(f"{project.locate(dataset, error.field)}: {error}")
            continue
        device = device_of(libraries_for(stage)[0], project.config.runtime.device) or "cpu"
        need, there = memory_needed(model, path, _dtype(dataset, stage, device)), _memory(device)
        size = f"about {need / GIB:.1f} GiB of memory (estimate)" if need else "nothing here tells its size"
        lines.append(f"{stage:<12} {model}: {size}")
        lines += _backend(project, dataset, stage, found)
        if need and there and need > there:
            found.warnings.append(
                f"{project.locate(dataset, f'{stage}.model')}: {model!r} needs about {need / GIB:.1f} GiB (estimate), "
                f"and {device} has {there / GIB:.1f}; take a smaller or quantized model"
            )
    return lines


def _backend(project: Project, dataset: DatasetConfig, stage: str, found: Diagnosis) -> list[str]:
    """Say what runs the model of a stage, and why."""
    try:
        chosen: Backend | Engine
        if stage == "embeddings":
            chosen = choose_backend(dataset.embeddings, project.root)
        else:
            chosen = choose_engine(dataset.labels)
    except ModelError as error:
        found.missing.append(f"{project.locate(dataset, error.field)}: {error}")
        return []
    return [f"{'':<12} by {chosen.summary}" + (f" ({chosen.why})" if chosen.why else "")]


def _dtype(dataset: DatasetConfig, stage: str, device: str) -> str:
    """Return the data type of a model's weights on `device`."""
    if stage == "embeddings":
        return "float32"
    quantization = dataset.labels.quantization
    return quantization if quantization != "none" else "float32" if device == "cpu" else "bfloat16"


def _remote(dataset: DatasetConfig) -> bool:
    """Whether a server answers instead of a model on this machine."""
    return dataset.labels.endpoint is not None


def _stage(library: Library, wanted: str) -> str:
    default = "default" if library is libraries_for(library.stage)[0] else "option"
    if not installed(library):
        where = f"not installed ({library.install})"
    else:
        where = device_of(library, wanted) or f"needs {' or '.join(library.devices)}, not on this machine"
    return f"{library.stage:<12} {library.name:<22} {default:<8} {where}"


def _machine(root: Path) -> list[str]:
    lines = [
        f"sitegen {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        f"{os.cpu_count()} CPU cores, {(_memory('cpu') or 0) / GIB:.1f} GiB of memory",
        f"{shutil.disk_usage(root).free / GIB:.1f} GiB of disk free for {root / DIRECTORY}",
    ]
    if "cuda" not in devices():
        return [*lines, "no CUDA GPU that torch can use" if find_spec("torch") else "GPUs: torch is not installed"]
    import torch

    gpus = [torch.cuda.get_device_properties(number) for number in range(torch.cuda.device_count())]
    return [*lines, *(f"GPU {number}: {gpu.name}, {gpu.total_memory / GIB:.1f} GiB" for number, gpu in enumerate(gpus))]


def _memory(device: str) -> float | None:
    """Bytes of all memory of a device: of the largest GPU, or of the machine, which `mps` shares."""
    if device == "cuda":
        import torch

        sizes = (torch.cuda.get_device_properties(each).total_memory for each in range(torch.cuda.device_count()))
        return float(max(sizes))
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
