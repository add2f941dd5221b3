"""Options that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

BASE_URL = r"https?://[^\s/\"'<>?#]+(/[^\s\"'<>?#]*)?"
Command = TypeVar("Command", bound=Callable[..., object])


def _base_url(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(BASE_URL, value):
        raise click.BadParameter(f"{value!r} is no address such as https://example.org/maps/", context, option)
    return value


def examples(*lines: str) -> str:
    """Format an epilog that click leaves as it is."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


config_option = click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path),
    default=Path("datasets.yaml"),
    show_default=True,
    help="The gallery's description.",
)
output_option = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("build"),
    show_default=True,
    help="Folder of the site.",
)
base_url_option = click.option(
    "--base-url", metavar="URL", callback=_base_url, help="Where the site will be served; overrides site.base_url."
)
stored_option = click.option(
    "--stored", is_flag=True, help="Run no stage: publish from what is stored. Needs no models."
)
only_option = click.option("--only", multiple=True, metavar="SLUG", help="Only this dataset; may be repeated.")


def verbosity_options(command: Command) -> Command:
    """Add `-v` and `-q`."""
    command = click.option("--verbose", "-v", is_flag=True, help="Show every stage and library message.")(command)
    return click.option("--quiet", "-q", is_flag=True, help="Show warnings and errors only.")(command)
