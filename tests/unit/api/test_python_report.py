"""What the Python interface says while it works."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from rich.console import Console

from sitegen.api.report import PythonReport


@pytest.fixture
def notebook(monkeypatch):
    """What is shown in a notebook that has no widgets, latest last."""
    seen = []
    module = ModuleType("IPython.display")
    module.HTML = str
    module.display = lambda html, display_id: SimpleNamespace(update=seen.append)
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    return seen


def test_a_notebook_shows_a_bar_that_goes_when_it_is_done(notebook, monkeypatch):
    monkeypatch.setattr("sitegen.api.report.BAR_INTERVAL_S", -1)
    report = PythonReport(0, Console(force_jupyter=True))
    with report.task("embed <b>", 8) as advance:
        advance(2)
    assert ['<progress value="2.0" max="8"></progress> embed &lt;b&gt; 2/8, ' in html for html in notebook] == [
        False,
        True,
        False,
    ]
    assert notebook[-1] == ""


def test_a_quiet_notebook_shows_no_bar(notebook):
    with PythonReport(-1, Console(force_jupyter=True)).task("embed", 8) as advance:
        advance(2)
    assert notebook == []
