"""What a stage is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sitegen.artifacts import Artifact
from sitegen.config import DatasetConfig, RuntimeConfig, Section
from sitegen.pipeline.executor.executor import Executor, InProcessExecutor
from sitegen.report import Report


@dataclass(frozen=True)
class Context:
    """What a stage may use beside its inputs. Nothing here can change its result.

    Attributes:
        root: the project's folder, where relative paths start.
        runtime: device and batch size.
        report: progress.
        scratch: folder for shards of a long computation, kept until the result is stored.
        persistent_dir: content-addressed directory for expensive results (vectors, LLM answers), kept across cache
            keys.
        executor: runs blocks of work.
        slug: of the dataset.
    """

    root: Path
    runtime: RuntimeConfig
    report: Report
    scratch: Path
    persistent_dir: Path
    executor: Executor = field(default_factory=InProcessExecutor)
    slug: str = ""


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline: a pure function and what its result depends on.

    Attributes:
        name: name of the stage and of its folder in the cache.
        version: bumped by hand when the output of the same input changes.
        sections: fields of `DatasetConfig` that `run` is given, and no other: what it is not given it cannot use.
        inputs: stages whose artifacts `run` is given.
        produces: the artifact's class; None if `run` writes files into `folder` and returns nothing.
        run: called with `sections` and `inputs` by name, and `context` (or `folder`, see `produces`).
        libraries: distributions whose version decides the result.
        used_if: for a library that only some settings use, whether these do; called with `sections`.
        revision: called with `sections` and `root`; names the outside data that the stage reads (rows, weights).
        check: called with `sections` before any stage runs; raises what is wrong by the config and the libraries alone.
        reach: called with the dataset before the first stage that runs, if this one may run too; raises where what it
            downloads is out of reach.
        renders: it runs also where only stored results are published, for it makes the pages of them.
        reuses_files: `run` of a stage that writes files is given `before`, the folder that the same version of it wrote
            last, or None; it takes files over from there that it would write the same.
        uses_previous_result: `run` is given `previous` too, what it made for the build before this one, or None.
    """

    name: str
    version: int
    sections: tuple[str, ...]
    inputs: tuple[str, ...]
    produces: type[Artifact] | None
    run: Callable[..., Artifact | None]
    libraries: tuple[str, ...]
    revision: Callable[..., str | None] | None = None
    check: Callable[..., None] | None = None
    reach: Callable[..., None] | None = None
    uses_previous_result: bool = False
    renders: bool = False
    reuses_files: bool = False
    used_if: Mapping[str, Callable[..., bool]] = field(default_factory=dict)

    def settings(self, dataset: DatasetConfig) -> dict[str, object]:
        """Return the arguments of `run` that come from the config.

        Section(s) `x` as `x_config`, a scalar by its name.
        """
        values = {name: getattr(dataset, name) for name in self.sections}
        return {
            f"{name}_config" if isinstance(value, Section | tuple) else name: value for name, value in values.items()
        }

    def uses(self, library: str, dataset: DatasetConfig) -> bool:
        """Tell whether the result for these settings depends on one of `libraries`."""
        condition = self.used_if.get(library)
        return condition is None or condition(**self.settings(dataset))
