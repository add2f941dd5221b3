"""What commands print, and where their reports go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sitegen.report import Report


def say(text: str, err: bool = False) -> None:
    """Print a line, in which nothing steers the terminal."""
    from sitegen.report import printable

    click.echo(printable(text), err=err)


def open_report(verbose: bool = False, quiet: bool = False) -> Report:
    """Return a report that hears warnings of libraries until the command ends."""
    from sitegen.report import Report

    report = Report(-1 if quiet else int(verbose))
    click.get_current_context().with_resource(report.listening())
    return report
