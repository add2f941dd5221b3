"""Commands of one dataset, by its slug."""

from __future__ import annotations

from pathlib import Path

import click

from sitegen.cli_options import base_url_option, config_option, output_option, verbosity_options
from sitegen.cli_output import open_report, say


@click.command()
@click.argument("slug")
@config_option
@verbosity_options
def refit(slug: str, config: Path, verbose: bool, quiet: bool) -> None:
    """Make the map of the dataset SLUG anew, laid onto the old one, where `growth.mode` is `grow`."""
    from sitegen.commands.refit import refit as run_refit
    from sitegen.config import load_project

    run_refit(load_project(config), slug, open_report(verbose, quiet))
    say(f"the map of {slug} is fitted to all its documents; `sitegen build` publishes it")


@click.command()
@click.argument("slug")
@config_option
def names(slug: str, config: Path) -> None:
    """Judge the names of the topics of the dataset SLUG: how well each points to its topic, worst first."""
    from sitegen.commands.names import judge_names
    from sitegen.config import load_project

    for line in judge_names(load_project(config), slug, open_report()):
        say(line)


@click.group()
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
    text = suggest(project, slug, open_report())
    if write:
        say(f"wrote {write_suggestions(project, slug, text)}")
    else:
        say(text)


@click.command()
@click.argument("slug")
@click.argument("folder", type=click.Path(path_type=Path))
@config_option
def export(slug: str, folder: Path, config: Path) -> None:
    """Write the topics of the dataset SLUG into FOLDER, as a model that BERTopic.load reads."""
    from sitegen.commands.export import export as run_export
    from sitegen.config import load_project

    run_export(load_project(config), slug, folder, open_report())
    say(f"wrote {folder}")


@click.command()
@click.argument("slug")
@config_option
@output_option
@base_url_option
def card(slug: str, config: Path, output: Path, base_url: str | None) -> None:
    """Print a dataset card for the Hub, README.md, with the picture and the topics of the published map SLUG."""
    from sitegen.commands.card import card as make_card
    from sitegen.config import load_project

    say(make_card(load_project(config), slug, output, base_url))


@click.command()
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

    tuning = run_tune(load_project(config), slug, open_report(verbose, quiet))
    print_tuning(tuning)
    if html is not None:
        write_page(tuning, html)
        say(f"wrote {html}")


@click.command()
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

    found = profile_dataset(load_project(config), slug, rows, open_report())
    show(found, Terminal(highlight=False))
    if html is not None:
        write_page(found, html)
        say(f"\nwrote {html}")


DATASET_COMMANDS = (refit, names, edits, export, card, tune, inspect)
