"""Commands and flags. Errors become exit codes: 0 ok, 1 failed, 2 usage or config, 130 interrupted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sitegen import __version__

INTERRUPTED = 130

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
only_option = click.option("--only", multiple=True, metavar="SLUG", help="Only this dataset; may be repeated.")


def verbosity_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`-v` and `-q`."""
    command = click.option("--verbose", "-v", is_flag=True, help="Show every stage and library message.")(command)
    return click.option("--quiet", "-q", is_flag=True, help="Show warnings and errors only.")(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitegen")
def cli() -> None:
    """Turn text datasets into a static gallery of topic maps."""


@cli.command()
@config_option
@output_option
@only_option
@click.option(
    "--force", multiple=True, metavar="STAGE", help="Run this stage even if nothing changed; may be repeated."
)
@click.option("--stored", is_flag=True, help="Run no stage: publish from what is stored. Needs no models.")
@click.option("--strict", is_flag=True, help="Fail on warnings, and leave the published site as it was.")
@click.option("--base-url", metavar="URL", help="Where the site will be served; overrides site.base_url.")
@verbosity_options
def build(
    config: Path,
    output: Path,
    only: tuple[str, ...],
    force: tuple[str, ...],
    stored: bool,
    strict: bool,
    base_url: str | None,
    verbose: bool,
    quiet: bool,
) -> None:
    """Run what changed and publish the gallery."""
    from sitegen.build import STAGE_NAMES, BuildOptions
    from sitegen.build import build as run_build
    from sitegen.config import load_project

    for stage in force:
        if stage not in STAGE_NAMES:
            raise click.BadParameter(f"{stage!r} is no stage; there are {', '.join(STAGE_NAMES)}", param_hint="--force")
    options = BuildOptions(output, frozenset(only), frozenset(force), stored, strict, base_url)
    run_build(load_project(config), options, _report(verbose, quiet))


@cli.command()
@config_option
@only_option
def status(config: Path, only: tuple[str, ...]) -> None:
    """Say per dataset and stage: fresh, or stale and why."""
    from sitegen.build import status as find_status
    from sitegen.config import load_project

    for slug, stages in find_status(load_project(config), frozenset(only), _report(False, False)).items():
        click.echo(slug)
        for stage in stages:
            click.echo(f"  {stage.stage:<11} {'fresh' if stage.fresh else 'stale'}  {stage.why}")


@cli.command()
@click.argument("slug")
@click.argument("folder", type=click.Path(path_type=Path))
@config_option
def export(slug: str, folder: Path, config: Path) -> None:
    """Write the topics of the dataset SLUG into FOLDER, as a model that BERTopic.load reads."""
    from sitegen.build import export as run_export
    from sitegen.config import load_project

    run_export(load_project(config), slug, folder, _report(False, False))
    click.echo(f"wrote {folder}")


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def init(folder: Path) -> None:
    """Start a gallery in FOLDER: a datasets.yaml to fill in, and its JSON Schema for editors."""
    from sitegen.scaffold import write_scaffold

    for path in write_scaffold(folder):
        click.echo(f"wrote {path}")


@cli.command()
@output_option
@click.option(
    "--port", "-p", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
def serve(output: Path, port: int) -> None:
    """Show the built site at a local address."""
    from sitegen.serve import serve as run_server

    run_server(output, port, click.echo)


@cli.command()
@config_option
@output_option
@click.option("--cache", is_flag=True, help="Also remove all stored results: the next build starts from nothing.")
def clean(config: Path, output: Path, cache: bool) -> None:
    """Remove the built site."""
    from sitegen.build import clean as run_clean

    for path in run_clean(config, output, cache):
        click.echo(f"removed {path}")


def _report(verbose: bool, quiet: bool) -> Any:
    from sitegen.report import Report

    return Report(-1 if quiet else int(verbose))


def main() -> None:
    """The `sitegen` command."""
    from sitegen.errors import SitegenError

    try:
        cli.main(standalone_mode=False)
    except SitegenError as error:
        click.secho("error: ", fg="red", bold=True, err=True, nl=False)
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\ninterrupted: what was finished is kept, the next build goes on from there", err=True)
        sys.exit(INTERRUPTED)
