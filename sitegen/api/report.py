"""Reports as Python has them: progress on stderr, warnings as warnings of the line that called sitegen."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from sitegen.errors import SitegenWarning
from sitegen.report import Report


class PythonReport(Report):
    """Keeps warnings until the work is done: libraries are silenced while it runs, and Python's warnings with them."""

    def __init__(self, verbosity: int) -> None:
        super().__init__(verbosity)
        self._kept: list[str] = []

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
