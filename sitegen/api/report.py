"""Reports as Python has them: progress on stderr or as a bar in the notebook, warnings as those of the calling line."""

from __future__ import annotations

import inspect
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from rich.console import Console

from sitegen.errors import SitegenWarning
from sitegen.report import Advance, Report

BAR_INTERVAL_S = 0.3


class PythonReport(Report):
    """Keeps warnings until the work is done: libraries are silenced while it runs, and Python's warnings with them."""

    def __init__(self, verbosity: int, console: Console | None = None) -> None:
        super().__init__(verbosity, console)
        self._kept: list[str] = []
        self._bar: Any = None

    def warn(self, message: str) -> None:
        """Keep a warning and count it."""
        self.warnings += 1
        self._kept.append(message)

    def rows(self, message: str, lost: bool) -> None:
        """Warn of rows that are lost: who hands over a table does not see what the command prints."""
        if lost:
            self.warn(message.strip())
        else:
            self.info(message)

    @contextmanager
    def task(self, title: str, total: int, effort: float | None = None) -> Iterator[Advance]:
        """Show a task as a bar in the notebook, in one place for all; elsewhere as usual."""
        if self.verbosity < 0 or not self._console.is_jupyter:
            with super().task(title, total, effort) as advance:
                yield advance
            return
        from IPython.display import HTML, display  # type: ignore[import-not-found,unused-ignore]

        whole = total if effort is None else effort
        started, last, done, spent = time.monotonic(), 0.0, 0, 0.0
        self._bar = self._bar or display(HTML(""), display_id=True)  # type: ignore[no-untyped-call,unused-ignore]

        def show(steps: int, effort: float | None = None) -> None:
            nonlocal last, done, spent
            done, spent = done + steps, spent + (steps if effort is None else effort)
            now = time.monotonic()
            if now - last >= BAR_INTERVAL_S:
                last = now
                left = f", about {(now - started) / spent * (whole - spent):.0f} s left" if spent else ""
                bar = f'<progress value="{spent}" max="{whole}"></progress>'
                self._bar.update(HTML(f"{bar} {escape(title)} {done:,}/{total:,}{left}"))

        show(0)
        try:
            yield show
        finally:
            self._bar.update(HTML(""))

    @contextmanager
    def warning(self) -> Iterator[None]:
        """Listen, and warn at the end, also of what came before an error."""
        try:
            with self.listening():
                yield
        finally:
            for message in dict.fromkeys(self._kept):
                warn_caller(message)


def warn_caller(message: str) -> None:
    """Warn at the line outside sitegen, each time: a cell of a notebook that runs again has the same line."""
    frame = inspect.currentframe()
    while frame and frame.f_back and _own(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    name, line = (frame.f_code.co_filename, frame.f_lineno) if frame else ("sitegen", 0)
    warnings.warn_explicit(message, SitegenWarning, name, line)


def _own(module: str) -> bool:
    return module in ("contextlib", __package__) or module.startswith("sitegen.")
