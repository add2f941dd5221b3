"""Texts that come from data, models and file names cannot steer the terminal that they are printed on."""

import io
import re
from pathlib import Path

import pytest
from hostile import HOSTILE, TERMINAL
from rich.table import Table
from rich.text import Text

import sitegen
from sitegen.report import Report, Terminal, printable

STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("text", HOSTILE)
def test_steering_is_not_printed_and_ordinary_characters_stay(text):
    assert STEERS.search(printable(text)) is None
    ordinary = STEERS.sub("", text)
    assert printable(ordinary) == ordinary


def test_what_steers_is_shown_as_an_escape():
    assert printable("a\x1b[31mb\r\u202ec\td\n") == "a\\x1b[31mb\\r\\u202ec\td\n"


@pytest.mark.parametrize("text", TERMINAL)
@pytest.mark.parametrize("say", ["info", "warn", "error", "detail"])
def test_no_message_steers_a_terminal(text, say):
    screen = io.StringIO()
    report = Report(1, Terminal(file=screen, force_terminal=True, color_system=None, width=200))
    getattr(report, say)(text)
    assert STEERS.search(screen.getvalue()) is None


@pytest.mark.parametrize("text", TERMINAL)
def test_no_cell_of_a_table_steers_a_terminal(text):
    screen = io.StringIO()
    table = Table(box=None)
    table.add_row(Text(text), "cell")
    Terminal(file=screen, force_terminal=True, color_system=None, width=200).print(table)
    assert STEERS.search(screen.getvalue()) is None


def test_nothing_is_printed_in_another_way():
    """`printable` is of use only if everything goes through it."""
    sources = {path: path.read_text("utf-8") for path in Path(sitegen.__file__).parent.rglob("*.py")}
    others = [
        f"{path.name}: {line.strip()}"
        for path, text in sources.items()
        for line in text.splitlines()
        if re.search(r"click\.echo\(|(?<!\.)\bprint\(|sys\.std(out|err)|\bConsole\(", line)
    ]
    assert others == ["cli_output.py: click.echo(printable(text), err=err)"]
