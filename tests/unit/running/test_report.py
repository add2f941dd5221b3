"""What the user sees: plain text off a terminal, exactly as it was said."""

import io
import logging

import pytest
from rich.console import Console

from sitegen.report import Report, log_warning, quiet_libraries

MESSAGES = [
    "[red]careful[/red]",
    "[/]",
    "[bold",
    "datasets.yaml:100:7: site",
    "a :x: b :warning: c",
    r"C:\data\[x]",
    "ends with a backslash\\",
    "'strings' 3.14 http://example.org",
    "é 机器 \u202bעברית",
    "long " * 60 + "line",
]


def report_on(verbosity=1, terminal=False):
    screen = io.StringIO()
    console = Console(file=screen, highlight=False, soft_wrap=True, force_terminal=terminal, width=100)
    return Report(verbosity, console), screen


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("say", ["info", "detail"])
def test_a_message_is_printed_as_it_is(say, message):
    report, screen = report_on()
    getattr(report, say)(message)
    assert screen.getvalue() == f"{message}\n"


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize(("say", "prefix"), [("warn", "warning"), ("error", "error")])
def test_a_warning_or_error_is_printed_as_it_is_after_its_kind(say, prefix, message):
    report, screen = report_on()
    getattr(report, say)(message)
    assert screen.getvalue() == f"{prefix}: {message}\n"


def test_nothing_off_a_terminal_is_an_escape_code():
    report, screen = report_on()
    report.info("info")
    report.warn("careful")
    report.error("wrong")
    with report.task("work", 3) as advance:
        advance(3)
    assert "warning: careful" in screen.getvalue()
    assert "\x1b" not in screen.getvalue()


def test_a_terminal_gets_colours():
    report, screen = report_on(terminal=True)
    report.warn("careful")
    assert "\x1b[33m" in screen.getvalue()


def test_warnings_are_counted_and_nothing_else_is():
    report, _ = report_on()
    assert report.warnings == 0
    report.info("a")
    report.error("b")
    report.warn("c")
    report.warn("d")
    assert report.warnings == 2


@pytest.mark.parametrize(("verbosity", "seen"), [(-1, ""), (0, "info\n"), (1, "info\ndetail\n")])
def test_verbosity_decides_what_is_said(verbosity, seen):
    report, screen = report_on(verbosity)
    report.info("info")
    report.detail("detail")
    assert screen.getvalue() == seen


def test_warnings_and_errors_are_said_when_quiet():
    report, screen = report_on(-1)
    report.warn("careful")
    report.error("wrong")
    assert screen.getvalue() == "warning: careful\nerror: wrong\n"
    assert report.warnings == 1


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("verbosity", [-1, 0])
def test_a_task_can_be_advanced_everywhere(verbosity, terminal):
    report, _ = report_on(verbosity, terminal)
    with report.task("[odd] title", 2) as advance:
        advance(1)
        advance(1)


def test_a_task_lets_errors_through():
    report, _ = report_on()
    with pytest.raises(ZeroDivisionError), report.task("work", 2):
        raise ZeroDivisionError


def test_a_log_within_a_stage_reaches_the_report_that_listens():
    report, screen = report_on(-1)
    with report.listening(), quiet_libraries(0):
        log_warning("the Hub cannot be reached: 100 %s")
        logging.getLogger("sitegen").warning("a library's level")
        logging.getLogger("elsewhere").warning("of a library")
    log_warning("nobody listens")
    assert screen.getvalue() == "warning: the Hub cannot be reached: 100 %s\n"
    assert report.warnings == 1


def test_the_time_left_is_told_by_the_effort_that_is_done(report, screen, monkeypatch):
    """Where the first steps take longest, their number would promise far too much time."""
    clock = [0.0]
    monkeypatch.setattr("sitegen.report.time.monotonic", lambda: clock[0])
    efforts = [100.0] * 10 + [10.0] * 90
    with report.task("embeddings", len(efforts), sum(efforts)) as advance:
        for effort in efforts[:2]:
            clock[0] += effort
            advance(1, effort)
    assert "embeddings: 2 of 100, about 1700 s left" in screen.getvalue()
