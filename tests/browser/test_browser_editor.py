"""The editor of `sitegen serve --edit` in a browser: each step lands in the file, by mouse, keyboard, on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from ruamel.yaml import YAML

from sitegen.commands.serve.editor import Editor
from sitegen.commands.serve.server import serving

pytestmark = pytest.mark.browser
CONFIG = "datasets:\n  - slug: tiny\n    title: T\n    source: {type: package, package: p, path: x.json}\n"


class Builds:
    def __init__(self) -> None:
        self.number = 1

    def latest(self) -> tuple[int, str]:
        return self.number, ""


class Edited:
    """Pages of a preview that can be edited."""

    def __init__(self, browser: Browser, address: str, token: str, file: Path, builds: Builds) -> None:
        self._browser, self.address, self.token, self.file, self.builds = browser, address, token, file, builds
        self.wrong: list[str] = []

    def open(self, path: str, token: bool = True, **context: Any) -> Page:
        page = self._browser.new_context(**context).new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        page.goto(f"{self.address}{path}" + (f"#edit={self.token}" if token else ""))
        return page

    def edits(self) -> list[dict[str, Any]]:
        return YAML(typ="safe").load(self.text())["edits"]

    def text(self) -> str:
        return self.file.read_text("utf-8") if self.file.exists() else ""


@pytest.fixture
def edited(browser: Browser, tiny: Any, tmp_path: Path) -> Iterator[Edited]:
    (tmp_path / "datasets.yaml").write_text(CONFIG)
    editor = Editor(tmp_path / "datasets.yaml")
    builds = Builds()
    with serving(tiny.folder, base="/maps/", preview=builds, editor=editor) as port:
        file = tmp_path / "edits" / "tiny.yaml"
        made = Edited(browser, f"http://127.0.0.1:{port}/maps/", editor.token, file, builds)
        yield made
        for context in browser.contexts:
            context.close()
    assert [each for each in made.wrong if "409" not in each and "422" not in each] == []


def bar(page: Page) -> Any:
    return page.locator("#sitegen-edit")


def press(page: Page, name: str) -> None:
    bar(page).get_by_role("button", name=name).click()


def choose(page: Page, *topics: int) -> None:
    for topic in topics:
        page.locator(f"li:has(> button[value='{topic}']) > .sitegen-box").check()


@pytest.mark.parametrize("small", [False, True])
def test_topics_are_renamed_merged_and_hidden_then_undone(edited: Edited, phone: dict[str, Any], small: bool) -> None:
    page = edited.open("tiny/index.html", **(phone if small else {}))
    expect(bar(page)).to_contain_text("Choose topics")
    assert edited.token not in page.url
    choose(page, 0)
    press(page, "Edit")
    field = page.get_by_label("Name", exact=True)
    expect(field).to_be_focused()
    field.fill("<b>Servers</b>")
    field.press("Enter")
    expect(bar(page)).to_contain_text("Saved")
    assert "name: <b>Servers</b>" in edited.text()
    choose(page, 3, 4)
    bar(page).get_by_label("Name of both").fill("Both")
    press(page, "Merge")
    expect(bar(page).get_by_role("button", name="Hide")).to_be_disabled()
    assert "type: merge" in edited.text()
    assert "name: Both" in edited.text()
    choose(page, 5)
    press(page, "Hide")
    expect(bar(page).get_by_role("button", name="Hide")).to_be_disabled()
    assert "type: hide" in edited.text()
    for gone in ("type: hide", "type: merge", "type: rename"):
        press(page, "Undo")
        expect(bar(page)).to_contain_text("Undone")
        page.wait_for_function(f"() => !document.querySelector('#sitegen-edit pre').textContent.includes('{gone}')")
        assert gone not in edited.text()
    assert not edited.file.exists()
    expect(bar(page).get_by_role("button", name="Undo")).to_be_disabled()


def test_the_only_lit_topic_is_meant_unless_others_are_chosen(edited: Edited) -> None:
    page = edited.open("tiny/index.html")
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    button = bar(page).get_by_role("button", name="Edit")
    expect(button).to_be_disabled()
    row = page.locator("#topics li > button[value='1']")
    row.click()
    expect(bar(page)).to_contain_text(f"{row.locator('bdi').first.inner_text()} chosen")
    choose(page, 3, 4)
    expect(button).to_be_disabled()
    expect(bar(page)).to_contain_text("2 topics chosen")
    press(page, "Choose none")
    press(page, "Edit")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    row.click()
    expect(button).to_be_disabled()


@pytest.mark.parametrize("small", [False, True])
def test_the_form_of_a_topic_says_all_of_it_in_one_step(edited: Edited, phone: dict[str, Any], small: bool) -> None:
    page = edited.open("tiny/index.html", **(phone if small else {}))
    expect(bar(page)).to_contain_text("Choose topics")
    choose(page, 1)
    bar(page).get_by_label("Your name").fill("Ana")
    bar(page).get_by_label("Why").fill("seen twice")
    press(page, "Edit")
    form = page.locator("form.sitegen-topic")
    expect(form.get_by_label("Group", exact=True)).to_have_value(re.compile("^Machines <img"))
    form.get_by_label("Description").fill("About <b>")
    form.get_by_label("Note").fill("A remark")
    form.get_by_label("Group", exact=True).fill("Other")
    form.get_by_label("Colour", exact=True).fill("#aa3355")
    form.get_by_label("First in lists").check()
    form.get_by_label("Split off").fill("Pieces")
    form.get_by_label("its documents that match").fill(r"\bpiece")
    if small:
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    form.get_by_role("button", name="Save").click()
    expect(bar(page)).to_contain_text("Saved")
    expect(form).to_have_count(0)
    by = {"who": "Ana", "why": "seen twice"}
    assert edited.edits() == [
        {"type": "rename", "topic": 1, "description": "About <b>", **by},
        {"type": "note", "topic": 1, "note": "A remark", **by},
        {"type": "parent", "topics": [1], "name": "Other", **by},
        {"type": "color", "topic": 1, "color": "#aa3355", **by},
        {"type": "order", "topics": [1], **by},
        {"type": "split", "topic": 1, "new_id": 1000, "name": "Pieces", "matching": r"\bpiece", **by},
    ]
    press(page, "Edit")
    expect(form.get_by_label("Colour of its own")).to_be_checked()
    expect(form.get_by_label("Note")).to_have_value("A remark")
    form.get_by_label("Description").fill("")
    form.get_by_label("Note").fill("")
    form.get_by_label("First in lists").uncheck()
    form.get_by_label("Colour of its own").uncheck()
    form.get_by_label("Note").press("Enter")
    expect(form).to_have_count(0)
    assert [each["type"] for each in edited.edits()] == ["parent", "split"]
    press(page, "Undo")
    expect(bar(page)).to_contain_text("Undone")
    press(page, "Undo")
    page.wait_for_function("() => document.querySelector('#sitegen-edit pre').textContent.includes('no edits yet')")
    assert not edited.file.exists()


def test_a_form_keeps_its_words_when_the_file_was_changed(edited: Edited) -> None:
    page = edited.open("tiny/index.html")
    expect(bar(page)).to_contain_text("Choose topics")
    choose(page, 1)
    press(page, "Edit")
    page.get_by_label("Name", exact=True).fill("Mine")
    theirs = "dataset: tiny\nedits:\n  - {type: hide, topics: [7]}  # by hand\n"
    edited.file.parent.mkdir()
    edited.file.write_text(theirs)
    page.get_by_label("Name", exact=True).press("Enter")
    expect(bar(page).locator(".failed")).to_contain_text("the file was changed meanwhile")
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.locator("form.sitegen-topic")).to_have_count(0)
    assert edited.text().startswith(theirs)
    assert edited.edits()[-1] == {"type": "rename", "topic": 1, "name": "Mine"}


def test_a_new_map_waits_until_the_form_is_closed(edited: Edited) -> None:
    page = edited.open("tiny/index.html")
    expect(bar(page)).to_contain_text("Choose topics")
    choose(page, 1)
    press(page, "Edit")
    page.get_by_label("Name", exact=True).fill("Mine")
    edited.builds.number = 2
    expect(bar(page)).to_contain_text("A new map is ready")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mine")
    with page.expect_navigation():
        page.get_by_label("Name", exact=True).press("Escape")
    expect(page.locator("script[src$='build=2']")).to_have_count(1)


def test_a_new_map_waits_for_what_is_typed_in_the_bar(edited: Edited) -> None:
    page = edited.open("tiny/index.html")
    expect(bar(page)).to_contain_text("Choose topics")
    choose(page, 3, 4)
    bar(page).get_by_label("Name of both").fill("Both")
    bar(page).get_by_label("Why").fill("twins")
    edited.builds.number = 2
    expect(bar(page)).to_contain_text("A new map is ready")
    press(page, "Choose none")
    expect(bar(page).get_by_label("Why")).to_have_value("twins")
    with page.expect_navigation():
        press(page, "Show it now")
    expect(page.locator("script[src$='build=2']")).to_have_count(1)


def tab_to(page: Page, button: str, key: str = "Tab") -> None:
    for _ in range(80):
        page.keyboard.press(key)
        if bar(page).get_by_role("button", name=button).evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"the button {button} is not reached")


def test_the_keyboard_is_enough_to_rename(edited: Edited) -> None:
    page = edited.open("tiny/topics/index.html")
    page.locator("th .sitegen-box").first.focus()
    page.keyboard.press("Space")
    tab_to(page, "Edit")
    page.keyboard.press("Enter")
    page.keyboard.type("By keys")
    page.keyboard.press("Enter")
    expect(bar(page)).to_contain_text("Saved")
    assert "name: By keys" in edited.text()


def test_the_keyboard_is_enough_to_merge(edited: Edited) -> None:
    page = edited.open("tiny/topics/index.html")
    boxes = page.locator("th .sitegen-box")
    for at in (1, 0):
        boxes.nth(at).focus()
        page.keyboard.press("Space")
    tab_to(page, "File")
    page.keyboard.press("Tab")
    page.keyboard.type("By keys")
    tab_to(page, "Merge", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(bar(page)).to_contain_text("Saved")
    ids = [re.findall(r"\d+", each.get_attribute("href") or "")[0] for each in page.locator("th a").all()[:2]]
    merge = {"type": "merge", "topics": [int(ids[0])], "into": int(ids[1]), "name": "By keys"}
    assert edited.edits() == [merge]


def test_what_others_wrote_meanwhile_is_kept_and_shown(edited: Edited) -> None:
    page = edited.open("tiny/index.html")
    expect(bar(page)).to_contain_text("Choose topics")
    theirs = "dataset: tiny\nedits:\n  - {type: hide, topics: [7]}  # by hand\n"
    edited.file.parent.mkdir()
    edited.file.write_text(theirs)
    choose(page, 1)
    press(page, "Hide")
    expect(bar(page).locator(".failed")).to_contain_text("the file was changed meanwhile; nothing was overwritten")
    assert edited.text() == theirs
    press(page, "File")
    expect(bar(page).locator("pre")).to_contain_text("# by hand")
    press(page, "Hide")
    page.wait_for_function("() => document.querySelector('#sitegen-edit pre').textContent.includes('- 1')")
    assert edited.text().startswith(theirs)


@pytest.mark.parametrize("small", [False, True])
def test_a_selection_of_documents_is_moved(edited: Edited, phone: dict[str, Any], small: bool) -> None:
    page = edited.open("tiny/index.html", **(phone if small else {}))
    page.wait_for_function("() => document.documentElement.dataset.map === 'ready'")
    page.get_by_role("button", name="Select documents", exact=True).click()
    page.get_by_role("button", name="All in view").click()
    move = bar(page).get_by_role("button", name="Move")
    expect(move).to_contain_text("documents outside", timeout=20_000)
    choose(page, 2)
    expect(move).to_contain_text("here")
    move.click()
    expect(bar(page)).to_contain_text("Saved", timeout=20_000)
    assert "type: move" in edited.text()
    assert "to: 2" in edited.text()
    assert "- d10\n" in edited.text()


def test_the_token_is_kept_where_the_map_is_ready_first(edited: Edited) -> None:
    page = edited.open("tiny/index.html", token=False)
    page.wait_for_function("() => document.documentElement.dataset.map === 'ready'")
    waiting: list[Any] = []
    page.route("**/bar.js", lambda route: waiting.append(route))
    page.goto("about:blank")
    page.goto(f"{edited.address}tiny/index.html#edit={edited.token}", wait_until="commit")
    page.wait_for_function("() => document.documentElement.dataset.map === 'ready'")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function("() => location.hash.startsWith('#at=')")
    waiting[0].continue_()
    expect(bar(page)).to_contain_text("Choose topics")


def test_the_token_is_kept_when_it_is_pasted_into_an_open_page(edited: Edited) -> None:
    page = edited.open("tiny/index.html", token=False)
    page.wait_for_function("() => document.documentElement.dataset.map === 'ready'")
    page.goto(f"{edited.address}tiny/index.html#edit={edited.token}")
    expect(bar(page)).to_contain_text("Choose topics", timeout=20_000)
    assert edited.token not in page.url


def test_without_the_token_a_page_shows_no_editor(edited: Edited) -> None:
    page = edited.open("tiny/index.html", token=False)
    page.wait_for_function("() => document.documentElement.dataset.map === 'ready'")
    assert bar(page).count() == 0
    assert page.locator(".sitegen-box").count() == 0
