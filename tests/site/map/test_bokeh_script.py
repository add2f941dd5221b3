"""The part of bokeh's script that maps use; that it draws them is for the tests in a browser to say."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from sitegen.errors import PublishError
from sitegen.site.map.bokeh_subset import EMPTY, UNENTERED, lean_bokeh
from sitegen.site.theme import bokeh_script

MODULE = re.compile(r"^function _\((\w*).*?(?=,\nfunction _\(|\n\], 0, )", re.DOTALL | re.MULTILINE)
INDEX = re.compile(r'"(models/(?:[\w/]+/)?index)":(\d+)')


@pytest.fixture(scope="module")
def lean() -> str:
    return lean_bokeh(bokeh_script().read_text("utf-8"))


def test_what_maps_load_of_bokeh_is_far_less_than_all(lean: str) -> None:
    whole = bokeh_script().read_bytes()
    assert len(gzip.compress(lean.encode(), 1)) < 0.40 * len(gzip.compress(whole, 1))


def test_only_indexes_call_what_was_left_out(lean: str) -> None:
    modules = [(match[0], match[1]) for match in MODULE.finditer(lean)]
    empty = {number for number, (module, _) in enumerate(modules) if module == EMPTY}
    indexes = {int(number) for _, number in INDEX.findall(lean)}
    calling = {
        number
        for number, (module, require) in enumerate(modules)
        if require and {int(k) for k in re.findall(rf"\b{require}\((\d+)\)", module)} & empty
    }
    assert len(empty) > 200
    assert calling and calling <= indexes


def test_a_module_not_entered_keeps_exports_and_calls_nothing(lean: str) -> None:
    whole = bokeh_script().read_text("utf-8")
    places = json.loads(whole[whole.rindex('{"') : whole.rindex("}, {}")] + "}")
    stubs, originals = ([module[0] for module in MODULE.finditer(text)] for text in (lean, whole))
    for name in UNENTERED:
        stub, original = stubs[places[name]], originals[places[name]]
        exported = set(re.findall(r"\be\.(\w+)=", stub))
        assert stub == EMPTY or (exported and "r(" not in stub), name
        assert all(re.search(rf"\.{each}=", original) for each in exported), name


def test_the_notice_of_its_licence_stays(lean: str) -> None:
    assert "Copyright (c) Anaconda, Inc., and Bokeh Contributors" in lean


@pytest.mark.parametrize("script", ["", "function(){}", '})\n([\nfunction _(){}\n], 0, {"main":0}, {});});'])
def test_another_form_is_told(script: str) -> None:
    with pytest.raises(PublishError, match="install the version of bokeh"):
        lean_bokeh(script)
