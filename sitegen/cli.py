"""The command line. Errors become exit codes: 0 ok, 1 failed, 2 usage or config, 130 interrupted."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sitegen.cli_dataset import DATASET_COMMANDS
from sitegen.cli_options import (
    base_url_option,
    config_option,
    examples,
    only_option,
    output_option,
    stored_option,
    verbosity_options,
)
from sitegen.cli_output import open_report, say
from sitegen.version import __version__

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitegen")
def cli() -> None:
    """Turn text datasets into a static gallery of topic maps.

    `sitegen init` starts one, `sitegen build` makes the site, `sitegen serve` shows it. `sitegen COMMAND --help` says
    more about a command.
    """


@cli.command(
    epilog=examples(
        "sitegen build                        all that changed, into build/",
        "sitegen build --only talks           one dataset; the others stay as they were published",
        "sitegen build --stored --strict      pages from stored results, as a CI job does; no models",
        "sitegen build --watch                again, each time datasets.yaml or the theme changes",
    )
)
@config_option
@output_option
@only_option
@click.option(
    "--force", multiple=True, metavar="STAGE", help="Run this stage even if nothing changed; may be repeated."
)
@stored_option
@click.option("--keep-going", "-k", is_flag=True, help="Publish even if a dataset fails; that one stays as it was.")
@click.option("--drafts", is_flag=True, help="Publish datasets marked `draft: true` too.")
@click.option("--strict", is_flag=True, help="Fail on warnings, and leave the published site as it was.")
@base_url_option
@click.option("--watch", "-w", is_flag=True, help="Build again when the config, the theme or a page changes.")
@verbosity_options
def build(
    config: Path,
    output: Path,
    only: tuple[str, ...],
    force: tuple[str, ...],
    stored: bool,
    keep_going: bool,
    drafts: bool,
    strict: bool,
    base_url: str | None,
    watch: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Run what changed and publish the gallery."""
    from sitegen.commands.build import STAGE_NAMES, BuildOptions
    from sitegen.commands.build import build as run_build
    from sitegen.config import load_project
    from sitegen.pipeline import GIVEN

    names = (*STAGE_NAMES, GIVEN.name)
    for stage in force:
        if stage not in names:
            raise click.BadParameter(f"{stage!r} is no stage; there are {', '.join(names)}", param_hint="--force")
    options = BuildOptions(
        output, frozenset(only), frozenset(force), stored, strict, base_url, keep_going=keep_going, drafts=drafts
    )
    if watch:
        from sitegen.commands.serve.preview import watch as run_watch

        run_watch(config, options, open_report(verbose, quiet))
    else:
        run_build(load_project(config), options, open_report(verbose, quiet))


@cli.command()
@config_option
@only_option
@click.option("--strict", is_flag=True, help="Fail if an edit of a topic has lost its topic, or if that is not known.")
def status(config: Path, only: tuple[str, ...], strict: bool) -> None:
    """Say per dataset and stage: fresh, or stale and why; and which edits of topics hold."""
    from sitegen.commands.status import print_status
    from sitegen.config import load_project

    print_status(load_project(config), frozenset(only), open_report(), say, strict=strict)


@cli.command()
@config_option
def doctor(config: Path) -> None:
    """Say what this machine will use for each stage, and warn of what cannot work here."""
    from sitegen.commands.doctor import examine

    diagnosis = examine(config)
    say(diagnosis.text)
    sys.exit(1 if diagnosis.missing else 0)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--from", "data", metavar="PATH_OR_REPO", help="Guess datasets.yaml from these files or this dataset on the Hub."
)
def init(folder: Path, data: str | None) -> None:
    """Start a gallery in FOLDER: a datasets.yaml to fill in, and its JSON Schema for editors."""
    from sitegen.commands.init.start import start_gallery

    start_gallery(folder, data, say)


@cli.command(
    epilog=examples(
        "sitegen serve                        a preview that follows your changes; build/ stays as it is",
        "sitegen serve --edit                 the same, and topics can be edited in it",
        "sitegen serve build                  the site in build/ as it is",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@config_option
@click.option(
    "--port", "-p", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@stored_option
@base_url_option
@click.option("--open", "open_browser", is_flag=True, help="Open the preview in a browser.")
@click.option("--edit", is_flag=True, help="Let pages change the edits of topics; only by the address that is printed.")
@verbosity_options
def serve(
    folder: Path | None,
    config: Path,
    port: int,
    stored: bool,
    base_url: str | None,
    open_browser: bool,
    edit: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Show the gallery, drafts too, at a local address, and reload it when it changes.

    It is built into a temporary folder. With FOLDER, the site that is there is shown as it is.
    """
    if folder is not None:
        if edit:
            raise click.UsageError("--edit changes a project's edits; leave FOLDER out")
        from sitegen.commands.serve.server import serve as run_server

        run_server(folder, port, say)
        return
    from sitegen.commands.build import BuildOptions
    from sitegen.commands.serve.preview import preview

    options = BuildOptions(Path(), stored=stored, base_url=base_url, keep_going=True, drafts=True)
    preview(config, options, port, open_browser, open_report(verbose, quiet), edit=edit)


@cli.command(
    epilog=examples(
        "sitegen check                        the site in build/",
        "sitegen check _site && rsync -a _site/ host:/srv/maps/",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("build"))
def check(folder: Path) -> None:
    """Check the site in FOLDER, build/ if not given: links, orphans, budgets, HTML, pictures' texts, policy."""
    from sitegen.commands.check import check as run_check

    run_check(folder, say)


@cli.command()
@config_option
@output_option
@click.option("--cache", is_flag=True, help="Also remove all stored results: the next build starts from nothing.")
def clean(config: Path, output: Path, cache: bool) -> None:
    """Remove the built site."""
    from sitegen.commands.clean import clean as run_clean

    for path in run_clean(config, output, cache):
        say(f"removed {path}")


for command in DATASET_COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the `sitegen` command."""
    from sitegen.errors import SitegenError

    try:
        cli.main(standalone_mode=False)
    except SitegenError as error:
        click.secho("error: ", fg="red", bold=True, err=True, nl=False)
        say(str(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        say(f"error: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        say("\ninterrupted: what was finished is kept, the next build goes on from there", err=True)
        sys.exit(INTERRUPTED)
