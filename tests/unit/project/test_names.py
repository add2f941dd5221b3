"""Names of tests are short sentences."""

import ast
import re

import pytest

from tests.unit.helpers import REPO

LIMIT = 60
JS_TITLE = re.compile(r"\b(?:test|it)\(\s*([\"'`])(.*?)\1\s*,", re.DOTALL)


def python_names(text):
    functions = (each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return [each.name for each in functions if each.name.startswith("test_")]


def js_titles(text):
    return [match[2] for match in JS_TITLE.finditer(text)]


@pytest.mark.parametrize(("ending", "names_of"), [("py", python_names), ("js", js_titles)])
def test_names_of_tests_have_fewer_than_60_characters(ending, names_of):
    found = [
        (path.relative_to(REPO).as_posix(), name)
        for path in sorted((REPO / "tests").rglob(f"*.{ending}"))
        for name in names_of(path.read_text("utf-8"))
    ]
    assert found
    assert [(path, name) for path, name in found if len(name) >= LIMIT] == []
