"""What the user sees while a command runs: rich progress on a terminal, plain lines off it."""

from __future__ import annotations

import logging
import math
import os
import re
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.segment import Segment
from rich.text import Text

PLAIN_INTERVAL_S = 10.0
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor, colours, or turns the direction of a line, but for tabs and line ends."""

LOGGER = logging.getLogger("sitegen")
USER_WARNING = logging.WARNING + 5
"""Level of what modules without a report tell the user: `quiet_libraries` silences the levels up to WARNING."""


def log_warning(message: str) -> None:
    """Warn from a place that is given no report; the one that listens shows the message and counts it."""
    LOGGER.log(USER_WARNING, "%s", message)


def printable(text: str) -> str:
    """Return the text with what a terminal would obey in visible escapes: titles and file names are not ours."""
    return CONTROLS.sub(lambda match: ascii(match.group())[1:-1], text)


class Advance(Protocol):
    """Tells that steps of a task are done, and what effort they took if steps differ."""

    def __call__(self, steps: int, effort: float | None = None) -> None:
        """Add them."""


class Terminal(Console):
    """A console on which texts cannot move the cursor, change colours or set the window's title."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Return the segments of what is printed; only rich's own may control the terminal."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else printable(text), style, control)


class Report:
    """Prints progress, information and warnings to stderr, and counts the warnings for `--strict`.

    Args:
        verbosity: -1 errors and warnings only, 0 normal, 1 everything.
        console: where to print; stderr unless given.
    """

    def __init__(self, verbosity: int = 0, console: Console | None = None) -> None:
        self.verbosity = verbosity
        self.warnings = 0
        self._console = console or Terminal(stderr=True, highlight=False, soft_wrap=True)

    def info(self, message: str) -> None:
        """Print one line, unless quiet."""
        if self.verbosity >= 0:
            self._console.print(Text(message))

    def detail(self, message: str) -> None:
        """Print one dim line if verbose."""
        if self.verbosity >= 1:
            self._console.print(Text(message, "dim"))

    def warn(self, message: str) -> None:
        """Print a warning and count it."""
        self.warnings += 1
        self._console.print(Text.assemble(("warning:", "yellow"), " ", message))

    def rows(self, message: str, lost: bool) -> None:
        """Tell what became of the rows of a source; `lost` if some are dropped though no setting asks for it."""
        self.info(message)

    def error(self, message: str) -> None:
        """Print an error."""
        self._console.print(Text.assemble(("error:", "bold red"), " ", message))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Show and count what is given to `log_warning`."""
        handler = _Forward(self)
        LOGGER.addHandler(handler)
        try:
            yield
        finally:
            LOGGER.removeHandler(handler)

    @contextmanager
    def task(self, title: str, total: int, effort: float | None = None) -> Iterator[Advance]:
        """Show a task of `total` steps; yields `advance(steps, effort)`.

        On a terminal a progress bar with time left; elsewhere a plain line at most every ten seconds.

        Args:
            effort: of all steps together, where they differ: the time left is then told by the effort that is done.
        """
        whole = total if effort is None else effort
        if self.verbosity < 0:
            yield lambda steps, effort=None: None
        elif self._console.is_terminal:
            columns = (
                TextColumn("  {task.description}"),
                BarColumn(bar_width=28),
                TextColumn("{task.fields[done]}/{task.fields[steps]}"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
            )
            with Progress(*columns, console=self._console, transient=True, speed_estimate_period=math.inf) as progress:
                task = progress.add_task(escape(title), total=whole, done=0, steps=total)
                shown = 0

                def advance(steps: int, effort: float | None = None) -> None:
                    nonlocal shown
                    shown += steps
                    progress.update(task, advance=steps if effort is None else effort, done=shown)

                yield advance
        else:
            yield self._plain_task(title, total, whole)

    def _plain_task(self, title: str, total: int, whole: float) -> Advance:
        started = last = time.monotonic()
        done, spent = 0, 0.0

        def advance(steps: int, effort: float | None = None) -> None:
            nonlocal done, spent, last
            done += steps
            spent += steps if effort is None else effort
            now = time.monotonic()
            if now - last >= PLAIN_INTERVAL_S and done < total:
                last = now
                left = (now - started) / spent * (whole - spent)
                self.info(f"  {title}: {done} of {total}, about {left:.0f} s left")

        return advance


class _Forward(logging.Handler):
    """Makes warnings of a report of log records."""

    def __init__(self, report: Report) -> None:
        super().__init__(USER_WARNING)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        """Warn."""
        self._report.warn(record.getMessage())


@contextmanager
def quiet_libraries(verbosity: int) -> Iterator[None]:
    """Keep the chatter of the modelling libraries off the screen unless verbose."""
    if verbosity >= 1:
        yield
        return
    os.environ.setdefault("TQDM_DISABLE", "1")  # read when tqdm is first imported
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        previous = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(previous)
