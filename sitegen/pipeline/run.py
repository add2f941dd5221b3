"""Runs the stages of one dataset: key -> hit or miss -> run -> save, and says why."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from sitegen.artifacts import Artifact, Entry, Store, canonical_json, digest
from sitegen.config import DatasetConfig, RuntimeConfig
from sitegen.errors import ArtifactError, ModelError
from sitegen.parallel import matrices_on_one_thread
from sitegen.pipeline.executor.executor import Executor, InProcessExecutor
from sitegen.pipeline.explain_key import explain
from sitegen.pipeline.installed_packages import installed_version
from sitegen.pipeline.stage import Context, Stage
from sitegen.report import Report, quiet_libraries


@dataclass(frozen=True)
class StageStatus:
    """Whether the stored result of a stage is still right: `fresh`, or stale and `why`."""

    stage: str
    fresh: bool
    why: str


class Pipeline:
    """The stages of one dataset over one store.

    Args:
        stages: in an order in which inputs come first.
        force: names of stages to run even if their result is stored.
        executor: what runs the blocks of a stage.

    Attributes:
        ran: names of the stages that were run.
    """

    def __init__(
        self,
        dataset: DatasetConfig,
        stages: Sequence[Stage],
        store: Store,
        *,
        root: Path,
        runtime: RuntimeConfig,
        report: Report,
        force: frozenset[str] = frozenset(),
        executor: Executor | None = None,
    ) -> None:
        self.dataset = dataset
        self._stages = {stage.name: stage for stage in stages}
        self._store = store
        self._root = root
        self._runtime = runtime
        self._report = report
        self._force = set(force)
        self._executor = executor or InProcessExecutor()
        self._entries: dict[str, Entry] = {}
        self._artifacts: dict[str, Artifact] = {}
        self.ran: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the stages, in their order."""
        return tuple(self._stages)

    def run(self) -> dict[str, Entry]:
        """Bring every stage up to date and return what is stored, by stage.

        Raises:
            SitegenError: a stage fails; before any runs, if its config, its libraries or its models tell.
        """
        self.check()
        while missing := [name for name in self._stages if name not in self._entries]:
            self._resolve(missing[0])
        return {name: self._entries[name] for name in self._stages}

    def check(self) -> None:
        """Raise what is wrong by the config, the libraries and the models alone, before any stage runs."""
        for stage in self._stages.values():
            settings = stage.settings(self.dataset)
            if stage.check:
                stage.check(**settings)
            if stage.revision:
                stage.revision(**settings, root=self._root)

    def stored(self) -> dict[str, Entry]:
        """Return what is stored of the latest run, whatever has changed since; only files are rendered from it.

        Raises:
            ArtifactError: a stage has no stored result.
        """
        self.take_stored()
        for name in self._stages:
            if name not in self._entries:
                self.checked(name)
        return {name: self._entries[name] for name in self._stages}

    def take_stored(self) -> None:
        """Take the stored results of the latest run for right, of all stages but those that render.

        Raises:
            ArtifactError: a stage has no stored result.
        """
        for name, stage in self._stages.items():
            if stage.produces is None or stage.renders:
                continue
            parts = self._latest(name)
            entry = self._store.find(name, digest(parts)) if parts else None
            if entry is None:
                raise ArtifactError(f"{name} has no stored result; build once without --stored")
            self._entries[name] = entry

    def forget(self, names: Iterable[str]) -> None:
        """Let stages begin anew, as if there had been no build before this one."""
        for name in names:
            self._memory(name).unlink(missing_ok=True)

    def was_made(self, name: str) -> bool:
        """Tell whether a stage has had a result, so far as is known here."""
        return self._latest(name) is not None

    def load(self, name: str) -> Artifact:
        """Return the artifact of a stage. A damaged one is made again, with a warning."""
        kind = self._stages[name].produces
        if kind is None:
            raise ValueError(f"{name} writes files, it has no artifact")
        if name not in self._artifacts:
            entry = self._resolve(name)
            try:
                self._artifacts[name] = self._store.load(entry, kind)
            except ArtifactError as error:
                self._report.warn(f"{self.dataset.slug}: {error}; making it again")
                self._store.discard(entry)
                del self._entries[name]
                again = self._resolve(name)
                if again.content != entry.content:
                    self._forget_below(name)
                self._artifacts[name] = self._store.load(again, kind)
        return self._artifacts[name]

    def checked(self, name: str) -> Entry:
        """Return the stored result of a stage, every file compared with its checksum; a damaged one is made again."""
        entry = self._resolve(name)
        try:
            entry.verify()
        except ArtifactError as error:
            self._report.warn(f"{self.dataset.slug}: {error}; making it again")
            self._store.discard(entry)
            del self._entries[name]
            entry = self._resolve(name)
        return entry

    def status(self) -> list[StageStatus]:
        """Return what `run` would do, stage by stage, without doing it."""
        found: list[StageStatus] = []
        for stage in self._stages.values():
            waiting = [name for name in stage.inputs if name not in self._entries]
            if waiting:
                found.append(StageStatus(stage.name, False, f"waits for {', '.join(waiting)}"))
                continue
            parts = self._parts(stage)
            entry = self._store.find(stage.name, digest(parts))
            if entry is None:
                found.append(StageStatus(stage.name, False, self._why(stage, parts)))
            else:
                self._entries[stage.name] = entry
                where = f" on {entry.host}" if entry.host else ""
                found.append(StageStatus(stage.name, True, f"made in {entry.seconds:.1f} s{where}"))
        self._entries.clear()  # not verified, not remembered, not forced
        return found

    def _resolve(self, name: str) -> Entry:
        if name in self._entries:
            return self._entries[name]
        stage = self._stages[name]
        for source in stage.inputs:
            self._resolve(source)
        parts = self._parts(stage)
        entry = self._store.find(name, digest(parts))
        label = f"{self.dataset.slug:<16} {name:<11}"
        if entry is not None and name not in self._force:
            self._report.detail(f"{label} fresh")
        else:
            why = "forced" if entry is not None else self._why(stage, parts)
            self._report.info(f"{label} runs: {why}")
            self._reach(stage)
            entry = self._execute(stage)
            self._report.info(f"{label} done in {entry.seconds:.1f} s")
        self._force.discard(name)
        self._entries[name] = entry
        self._remember(entry)
        return entry

    def _reach(self, first: Stage) -> None:
        """Look for what this stage and those after it download, once: not after hours of computing.

        A stage that was made before may have kept what it needs, so for it this is a warning.
        """
        stages = list(self._stages.values())
        for stage in stages[stages.index(first) :] if not self.ran else []:
            try:
                if stage.reach:
                    stage.reach(self.dataset)
            except ModelError as error:
                if self._latest(stage.name) is None:
                    raise
                self._report.warn(f"{self.dataset.slug}: {error}")

    def _execute(self, stage: Stage) -> Entry:
        inputs = {name: self.load(name) for name in stage.inputs}
        # Loading may have made a damaged input again, with other content: then what other inputs were made of is gone.
        while missing := [name for name in stage.inputs if name not in self._entries]:
            self._resolve(missing[0])
            inputs = {name: self.load(name) for name in stage.inputs}
        parts = self._parts(stage)
        key = digest(parts)
        scratch, persistent_dir = self._store.scratch(key), self._store.persistent_dir(stage.name)
        context = Context(
            self._root, self._runtime, self._report, scratch, persistent_dir, self._executor, self.dataset.slug
        )
        started = time.monotonic()
        given = stage.settings(self.dataset) | inputs
        if stage.uses_previous_result:
            given["previous"] = self._before(stage, parts)
        with quiet_libraries(self._report.verbosity), matrices_on_one_thread():
            if stage.produces is None:
                if stage.reuses_files:
                    given["before"] = self._files_before(stage, parts)
                entry = self._store.save_files(stage.name, parts, partial(stage.run, **given))
                self.ran.add(stage.name)
                return entry
            artifact = cast(Artifact, stage.run(**given, context=context))
        entry = self._store.save(stage.name, parts, artifact, time.monotonic() - started)
        self._store.drop_scratch(key)
        self.ran.add(stage.name)
        self._artifacts[stage.name] = artifact
        return entry

    def _forget_below(self, name: str) -> None:
        """Decide anew about every stage that was made of `name`, directly or not."""
        for stage in self._stages.values():
            if name in stage.inputs and stage.name in self._entries:
                del self._entries[stage.name]
                self._artifacts.pop(stage.name, None)
                self._forget_below(stage.name)

    def _parts(self, stage: Stage) -> dict[str, object]:
        settings = stage.settings(self.dataset)
        parts = {
            "stage": stage.name,
            "version": stage.version,
            "config": self.dataset.section(*stage.sections),
            "inputs": {name: self._entries[name].content for name in stage.inputs},
            "revision": stage.revision(**settings, root=self._root) if stage.revision else None,
            "libraries": {
                name: installed_version(name) if stage.uses(name, self.dataset) else None for name in stage.libraries
            },
        }
        if stage.uses_previous_result:
            latest = self._latest(stage.name)
            if latest is None:
                parts["previous"] = None
            elif {**latest, "previous": None} == {**parts, "previous": None}:
                parts["previous"] = latest.get("previous")
            else:
                parts["previous"] = digest(latest)
        return parts

    def _before(self, stage: Stage, parts: dict[str, object]) -> Artifact | None:
        """Return what the stage made for the build before this one; None if that is lost."""
        entry = self._store.find(stage.name, str(parts["previous"])) if parts["previous"] else None
        damaged = self._latest(stage.name) is None and self._memory(stage.name).exists()
        if damaged or (parts["previous"] and entry is None):
            self._report.warn(
                f"{self.dataset.slug}: what {stage.name} knew of the last build is lost; it is begun anew"
            )
        try:
            return self._store.load(entry, stage.produces) if entry and stage.produces else None
        except ArtifactError as error:
            self._report.warn(f"{self.dataset.slug}: {error}; it is begun anew")
            return None

    def _files_before(self, stage: Stage, parts: dict[str, object]) -> Path | None:
        """Return the folder that the same version of a stage wrote last; None if there is none."""
        latest = self._latest(stage.name)
        if latest is None or any(latest.get(name) != parts[name] for name in ("version", "libraries")):
            return None
        entry = self._store.find(stage.name, digest(latest))
        return entry.folder if entry else None

    def _why(self, stage: Stage, parts: dict[str, object]) -> str:
        previous = self._latest(stage.name)
        if previous is None:
            return "not made yet"
        return explain(previous, parts) or "its stored result is gone"

    def _latest(self, stage: str) -> dict[str, object] | None:
        """Return what the latest key of a stage was made of."""
        try:
            parts = json.loads(self._memory(stage).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return parts if isinstance(parts, dict) else None

    def _remember(self, entry: Entry) -> None:
        """Keep what the latest key was made of, so that the next miss can say what changed."""
        path = self._memory(entry.stage)
        text = canonical_json(entry.parts)
        if not path.exists() or path.read_bytes() != text.encode("ascii"):
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part")
            draft.write_text(text, "ascii")
            draft.replace(path)

    def _memory(self, stage: str) -> Path:
        return self._store.root / "latest" / self.dataset.slug / f"{stage}.json"
