"""The preview in a browser: a page reloads after a build, and shows what is wrong with one, under the site's policy."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from sitegen.commands.serve.server import serving

pytestmark = pytest.mark.browser
ERROR = "templates/base.html.j2:3: <b>'x'</b> is undefined"


class Builds:
    """A preview that a test changes."""

    def __init__(self) -> None:
        self.state: Any = (1, "")

    def set(self, *state: Any) -> None:
        self.state = state

    def latest(self) -> Any:
        return self.state


def test_a_page_shows_an_error_and_reloads_when_it_is_mended(browser: Browser, tiny: Any) -> None:
    builds = Builds()
    page = browser.new_context().new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    with serving(tiny.folder, base="/maps/", preview=builds) as port:
        page.goto(f"http://127.0.0.1:{port}/maps/")
        board = page.locator("#sitegen-error")
        expect(board).to_be_hidden()
        builds.set(1, ERROR)
        expect(board).to_be_visible()
        expect(board).to_have_text(ERROR)
        assert board.evaluate("each => getComputedStyle(each).position") == "fixed"
        with page.expect_navigation():
            builds.set(2, "")
        expect(page.locator("script[src$='build=2']")).to_have_count(1)
        expect(page.locator("#sitegen-error")).to_be_hidden()
        page.context.close()
    assert wrong == []
