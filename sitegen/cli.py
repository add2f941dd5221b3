"""Commands and flags. Errors become exit codes: 0 ok, 1 failed, 2 usage or config, 130 interrupted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen import __version__
from sitegen.cli_options import (
    base_url_option,
    config_option,
    examples,
    only_option,
    output_option,
    stored_option,
    verbosity_options,
)

if TYPE_CHECKING:
    from sitegen.report import Report

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

        run_watch(config, options, _report(verbose, quiet))
    else:
        run_build(load_project(config), options, _report(verbose, quiet))


@cli.command()
@config_option
@only_option
@click.option("--strict", is_flag=True, help="Fail if an edit of a topic has lost its topic.")
def status(config: Path, only: tuple[str, ...], strict: bool) -> None:
    """Say per dataset and stage: fresh, or stale and why; and which edits of topics hold."""
    from sitegen.commands.status import edit_outcomes
    from sitegen.commands.status import status as find_status
    from sitegen.config import load_project
    from sitegen.errors import ConfigError

    project, report, lost = load_project(config), _report(False, False), 0
    found = find_status(project, frozenset(only), report)
    outcomes = edit_outcomes(project, found, report)
    for slug, stages in found.items():
        _say(slug)
        for stage in stages:
            _say(f"  {stage.stage:<13} {'fresh' if stage.fresh else 'stale'}  {stage.why}")
        edits = outcomes.get(slug, [])
        if edits:
            held = sum(each.status == "held" for each in edits)
            _say(f"  {held} of {sum(each.status != 'warning' for each in edits)} edits hold")
        for each in edits:
            if each.say:
                _say(f"    {each.status:<9} {each.place}: {each.say}")
            lost += each.status in {"orphaned", "partly"}
    if strict and lost:
        raise ConfigError(f"{lost} edit(s) lost their topics or documents, and --strict was given")


@cli.command()
@click.argument("slug")
@config_option
@verbosity_options
def refit(slug: str, config: Path, verbose: bool, quiet: bool) -> None:
    """Make the map of the dataset SLUG anew, laid onto the old one, where `growth.mode` is `grow`."""
    from sitegen.commands.refit import refit as run_refit
    from sitegen.config import load_project

    run_refit(load_project(config), slug, _report(verbose, quiet))
    _say(f"the map of {slug} is fitted to all its documents; `sitegen build` publishes it")


@cli.command()
@click.argument("slug")
@config_option
def names(slug: str, config: Path) -> None:
    """Judge the names of the topics of the dataset SLUG: how well each points to its topic, worst first."""
    from sitegen.commands.names import judge_names
    from sitegen.config import load_project

    for line in judge_names(load_project(config), slug, _report(False, False)):
        _say(line)


@cli.group()
def edits() -> None:
    """Edits of topics, in `edits/SLUG.yaml`."""


@edits.command("suggest")
@click.argument("slug")
@config_option
@click.option("--write", is_flag=True, help="Write edits/SLUG.yaml, if there is none yet, instead of printing it.")
def suggest_edits(slug: str, config: Path, write: bool) -> None:
    """Suggest edits of the dataset SLUG: topics that may be one, noise, poor names, as a commented file."""
    from sitegen.commands.suggest import suggest, write_suggestions
    from sitegen.config import load_project

    project = load_project(config)
    text = suggest(project, slug, _report(False, False))
    if write:
        _say(f"wrote {write_suggestions(project, slug, text)}")
    else:
        _say(text)


@cli.command()
@click.argument("slug")
@click.argument("folder", type=click.Path(path_type=Path))
@config_option
def export(slug: str, folder: Path, config: Path) -> None:
    """Write the topics of the dataset SLUG into FOLDER, as a model that BERTopic.load reads."""
    from sitegen.commands.export import export as run_export
    from sitegen.config import load_project

    run_export(load_project(config), slug, folder, _report(False, False))
    _say(f"wrote {folder}")


@cli.command()
@click.argument("slug")
@config_option
@output_option
@base_url_option
def card(slug: str, config: Path, output: Path, base_url: str | None) -> None:
    """Print a dataset card for the Hub, README.md, with the picture and the topics of the published map SLUG."""
    from sitegen.commands.card import card as make_card
    from sitegen.config import load_project

    _say(make_card(load_project(config), slug, output, base_url))


@cli.command()
@click.argument("slug")
@config_option
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write a report with pictures.")
@verbosity_options
def tune(slug: str, config: Path, html: Path | None, verbose: bool, quiet: bool) -> None:
    """Measure settings of the clusters of dataset SLUG, and recommend one."""
    from sitegen.commands.tune.page import write_page
    from sitegen.commands.tune.terminal import print_tuning
    from sitegen.commands.tune.tune import tune as run_tune
    from sitegen.config import load_project

    tuning = run_tune(load_project(config), slug, _report(verbose, quiet))
    print_tuning(tuning)
    if html is not None:
        write_page(tuning, html)
        _say(f"wrote {html}")


@cli.command()
@config_option
def doctor(config: Path) -> None:
    """Say what this machine will use for each stage, and warn of what cannot work here."""
    from sitegen.commands.doctor import examine

    diagnosis = examine(config)
    _say(diagnosis.text)
    sys.exit(1 if diagnosis.missing else 0)


@cli.command()
@click.argument("slug")
@config_option
@click.option("--rows", type=click.IntRange(min=1), metavar="N", help="Look at the first N rows only.")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write one HTML page."
)
def inspect(slug: str, config: Path, rows: int | None, html: Path | None) -> None:
    """Look at the dataset SLUG before modelling: rows, documents, lengths, and what the rules drop."""
    from sitegen.commands.inspect.profile_dataset import profile_dataset, write_page
    from sitegen.commands.inspect.terminal import show
    from sitegen.config import load_project
    from sitegen.report import Terminal

    found = profile_dataset(load_project(config), slug, rows, _report(False, False))
    show(found, Terminal(highlight=False))
    if html is not None:
        write_page(found, html)
        _say(f"\nwrote {html}")


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--from", "data", metavar="PATH_OR_REPO", help="Guess datasets.yaml from these files or this dataset on the Hub."
)
def init(folder: Path, data: str | None) -> None:
    """Start a gallery in FOLDER: a datasets.yaml to fill in, and its JSON Schema for editors."""
    from sitegen.commands.init.scaffold import YAML, write_scaffold

    slug, text = "", YAML
    if data is not None:
        from sitegen.commands.init.draft import draft
        from sitegen.report import quiet_libraries

        with quiet_libraries(0):
            slug, text = draft(data, folder)
    for path in write_scaffold(folder, text):
        _say(f"wrote {path}")
    if slug:
        _say(f"next: sitegen inspect {slug} --config {folder / 'datasets.yaml'}")


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

        run_server(folder, port, _say)
        return
    from sitegen.commands.build import BuildOptions
    from sitegen.commands.serve.preview import preview

    options = BuildOptions(Path(), stored=stored, base_url=base_url, keep_going=True, drafts=True)
    preview(config, options, port, open_browser, _report(verbose, quiet), edit=edit)


@cli.command(
    epilog=examples(
        "sitegen check                        the site in build/",
        "sitegen check _site && rsync -a _site/ host:/srv/maps/",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("build"))
def check(folder: Path) -> None:
    """Check the site in FOLDER, build/ if not given: links, orphans, budgets, HTML, pictures' texts, policy."""
    from sitegen.errors import PublishError
    from sitegen.site.output.audit import audit_site

    problems = audit_site(folder)
    for problem in problems:
        _say(problem)
    if problems:
        raise PublishError(f"{folder}: {len(problems)} problem(s)")
    _say(f"{folder}: no problem found")


@cli.command()
@config_option
@output_option
@click.option("--cache", is_flag=True, help="Also remove all stored results: the next build starts from nothing.")
def clean(config: Path, output: Path, cache: bool) -> None:
    """Remove the built site."""
    from sitegen.commands.clean import clean as run_clean

    for path in run_clean(config, output, cache):
        _say(f"removed {path}")


def _say(text: str, err: bool = False) -> None:
    from sitegen.report import printable

    click.echo(printable(text), err=err)


def _report(verbose: bool, quiet: bool) -> Report:
    from sitegen.report import Report

    report = Report(-1 if quiet else int(verbose))
    click.get_current_context().with_resource(report.listening())
    return report


def main() -> None:
    """Run the `sitegen` command."""
    from sitegen.errors import SitegenError

    try:
        cli.main(standalone_mode=False)
    except SitegenError as error:
        click.secho("error: ", fg="red", bold=True, err=True, nl=False)
        _say(str(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        _say(f"error: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _say("\ninterrupted: what was finished is kept, the next build goes on from there", err=True)
        sys.exit(INTERRUPTED)
