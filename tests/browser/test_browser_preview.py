"""The preview in a browser: a page reloads after a build, and shows what is wrong with one, under the site's policy."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from sitegen.commands.serve.server import make_server

pytestmark = pytest.mark.browser
ERROR = "templates/base.html.j2:3: <b>'x'</b> is undefined"


class Builds:
    """A preview that a test changes."""

    def __init__(self) -> None:
        self.state, self._changed = (1, ""), threading.Condition()

    def set(self, *state: Any) -> None:
        with self._changed:
            self.state = state
            self._changed.notify_all()

    def latest(self) -> Any:
        return self.state

    def wait(self, seen: Any) -> Any:
        with self._changed:
            self._changed.wait_for(lambda: self.state != seen, 1)
            return self.state


def test_a_page_shows_an_error_and_reloads_when_it_is_mended(browser: Browser, tiny: Any) -> None:
    builds = Builds()
    page = browser.new_context().new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    with make_server(tiny.folder, 0, "/maps/", builds) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/maps/")
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
        server.shutdown()
    assert wrong == []
