"""Docstrings say what a function does."""

import ast

from tests.unit.helpers import REPO

QUESTIONS = {"How", "One", "What", "When", "Where", "Whether", "Which", "Who", "Why"}
NO_VERBS = QUESTIONS | {"All", "As", "Both", "Every", "Its", "No", "Nothing", "Of", "The", "Those"}


def test_docstrings_of_public_functions_begin_with_a_verb():
    wrong = []
    for path in sorted((REPO / "sitegen").rglob("*.py")):
        for each in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and not each.name.startswith("_"):
                first = (ast.get_docstring(each) or "").partition(" ")[0]
                is_property = any("property" in ast.unparse(one) for one in each.decorator_list)
                if first in (QUESTIONS if is_property else NO_VERBS) or (first.startswith("`") and not is_property):
                    wrong.append((path.relative_to(REPO).as_posix(), each.name))
    assert wrong == []
