"""Where a published site is shown."""

import sys
from types import SimpleNamespace

import pytest

from sitegen.api.shown import Shown


@pytest.mark.parametrize("inside", [True, False])
def test_a_notebook_of_marimo_shows_it_else_the_browser_does(tmp_path, monkeypatch, inside):
    shown, opened = [], []
    output = SimpleNamespace(append=shown.append)
    marimo = SimpleNamespace(running_in_notebook=lambda: inside, output=output)
    monkeypatch.setitem(sys.modules, "marimo", marimo)
    monkeypatch.setattr("webbrowser.open", opened.append)
    site = Shown(tmp_path, (("map", "Map"),))
    site.show()
    assert (shown == [site], len(opened)) == (inside, 1 - inside)
