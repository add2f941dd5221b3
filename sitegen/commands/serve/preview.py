"""`sitegen serve`: builds a project into a temporary folder, serves it, and builds again when its files change."""

from __future__ import annotations

import dataclasses
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from sitegen.commands.build import BuildOptions, build
from sitegen.commands.serve.editor import Editor
from sitegen.commands.serve.server import HOST, serving
from sitegen.commands.serve.watch import changes, watched
from sitegen.config import load_project
from sitegen.errors import SitegenError
from sitegen.report import Report
from sitegen.workspace import Workspace


class Builds:
    """Builds of one project that go on after errors; pages wait for them. An implementation of `server.Preview`."""

    def __init__(self, config: Path, options: BuildOptions, report: Report) -> None:
        self._config = config
        self._options = options
        self._report = report
        self._latest = int(time.time()), ""  # another number than those of a preview that was stopped before

    def latest(self) -> tuple[int, str]:
        """Return the number of the latest build, and what is wrong with the attempts since."""
        return self._latest

    def build(self) -> None:
        """Build once. What is wrong is told on the terminal and to the pages, and the site stays as it was."""
        error = ""
        self._report.warnings = 0
        try:
            build(load_project(self._config), self._options, self._report)
        except (SitegenError, OSError) as problem:
            error = str(problem)
            self._report.error(error)
        number, _ = self._latest
        self._latest = number + (not error), error

    def follow(self, changed: Iterable[list[Path]]) -> None:
        """Build again with each change."""
        for paths in changed:
            self._report.info(f"changed: {', '.join(path.name for path in paths[:5])}")
            self.build()


def preview(
    config: Path, options: BuildOptions, port: int, open_browser: bool, report: Report, *, edit: bool = False
) -> None:
    """Serve a project until interrupted; of `options`, the output and the state are temporary.

    Args:
        edit: pages can change the edits of topics, if they are opened by the address that is shown.

    Raises:
        SitegenError: the config cannot be read at the start, or the port is taken.
    """
    base_url = options.base_url or load_project(config).config.site.base_url
    base = urlsplit(base_url or "").path.rstrip("/") + "/"
    with tempfile.TemporaryDirectory(prefix="sitegen-") as folder:
        site = Path(folder) / "site"
        options = dataclasses.replace(options, output=site, state=Path(folder) / "published.json")
        builds = Builds(config, options, report)
        editor = Editor(config, builds.latest) if edit else None
        with serving(site, port, base, builds, editor) as bound:
            address = f"http://{HOST}:{bound}{base}" + (f"#edit={editor.token}" if editor else "")
            changed = changes(watched(config))
            builds.build()
            if edit:
                threading.Thread(target=_count_words, args=(config, report), daemon=True).start()
            with suppress(KeyboardInterrupt):
                report.info(f"serving a preview at {address} (Ctrl-C stops)")
                if open_browser:
                    webbrowser.open(address)
                builds.follow(changed)


def _count_words(config: Path, report: Report) -> None:
    """Import BERTopic and count the words of all datasets ahead: the first merge of topics need not wait for either."""
    with suppress(SitegenError, OSError, ImportError):  # a build tells it
        import_module("bertopic")
        project = load_project(config)
        for dataset in project.config.entries:
            Workspace(project, report).count_words(dataset)
            report.info(f"{dataset.slug}: words are counted; merges, splits and moves take seconds now")


def watch(config: Path, options: BuildOptions, report: Report) -> None:
    """Build a project, and again with each change, until interrupted. Errors are told and end nothing."""
    changed = changes(watched(config))
    builds = Builds(config, options, report)
    builds.build()
    with suppress(KeyboardInterrupt):
        report.info("watching for changes (Ctrl-C stops)")
        builds.follow(changed)
