"""One real browser per session, a fresh context per page, and an eye on everything that goes wrong in it."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Request, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}

# Only a slow machine waits so long.
TIMEOUT_MS = 60_000
expect.set_options(timeout=TIMEOUT_MS)

VIEW = """() => {
    const [x, y] = ["x_range", "y_range"].map((name) => Bokeh.documents[0].get_model_by_name(name));
    const { left, top } = document.querySelector("#map").getBoundingClientRect();
    const { inner_width: width, inner_height: height } = Bokeh.documents[0].roots()[0];
    // bokeh's ranges begin at the middle of the pane's first pixel
    return { x0: x.start, x1: x.end, y0: y.start, y1: y.end, left: left + 0.5, top: top + 0.5, width, height };
}"""
SETTLED = """() => new Promise((done) => {
    let last = "", same = 0;
    const tick = () => {
        const x = Bokeh.documents[0].get_model_by_name("x_range");
        const now = `${x.start} ${x.end}`;
        same = now === last ? same + 1 : 0;
        last = now;
        same > 4 ? done() : requestAnimationFrame(tick);
    };
    tick();
})"""
LABELS = """() => [...document.querySelectorAll("#labels .label")]
    .filter((each) => getComputedStyle(each).visibility === "visible" && each.getBoundingClientRect().right > -200)
    .map((each) => {
        const { left, top, right, bottom } = each.getBoundingClientRect();
        const { topic, parent } = each.dataset;
        return { topic: parent ? `p${parent}` : Number(topic), left, top, right, bottom };
    })"""
ALL_DRAWN = """() => {
    const { shown } = JSON.parse(document.getElementById("map-data").textContent);
    return Bokeh.documents[0].get_model_by_name("points").data.x.length >= shown;
}"""
COLUMNS = """(names) => {
    const { data } = Bokeh.documents[0].get_model_by_name("points");
    return names.map((name) => Array.from(data[name]));
}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: $CHROMIUM, or one in PATH, or playwright's own."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        try:
            launched, reason = playwright.chromium.launch(executable_path=executable, args=FLAGS), ""
        except Error as error:
            launched, reason = None, str(error).strip().splitlines()[0]
        if launched is None:
            pytest.fail(f"Chromium could not be started; `make browser` installs it ({reason})", pytrace=False)
        yield launched
        launched.close()


class Watch:
    """Notes everything that goes wrong on a page, but for what the test itself provokes."""

    def __init__(self, page: Page, home: str, expected: Sequence[str]) -> None:
        self.page = page
        self.expected = expected
        self.seen: list[str] = []
        page.on(
            "console", lambda m: self.seen.append(f"{m.type}: {m.text}") if m.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: self.seen.append(f"uncaught: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", lambda r: self.seen.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
        page.on("dialog", lambda dialog: (self.seen.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._requested(request.url, home))

    def _failed(self, request: Request) -> None:
        # The browser drops what is under way when a page is left.
        if request.failure != "net::ERR_ABORTED":
            self.seen.append(f"failed: {request.url}")

    def _requested(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.seen.append(f"other host: {url}")

    def problems(self) -> list[str]:
        """What went wrong unexpectedly, and what was expected to but did not."""
        if self.page.evaluate("typeof window.hacked") != "undefined":
            self.seen.append(f"text ran as a script: {self.page.url}")
        unexpected = [each for each in self.seen if not any(re.search(one, each) for one in self.expected)]
        missing = [f"never seen: {one}" for one in self.expected if not any(re.search(one, each) for each in self.seen)]
        return unexpected + missing


@pytest.fixture
def visit(browser: Browser, tiny: Any, tiny_url: str) -> Iterator[Callable[..., Page]]:
    """`visit(path, ...)` opens a page of the tiny site in a context of its own; at the end nothing may have gone wrong.

    With `from_disk` over file://; `blocked` are URL patterns that do not load; `expected` are patterns of the
    problems that the test provokes, and each of them must occur; all else goes to the context.
    """
    watches: list[Watch] = []

    def open_page(
        path: str = "index.html",
        *,
        from_disk: bool = False,
        blocked: Sequence[str] = (),
        expected: Sequence[str] = (),
        **options: Any,
    ) -> Page:
        if not options.get("java_script_enabled", True):
            # A browser without JavaScript calls off what is preloaded for it.
            expected = (*expected, *([r"^failed: .*\.js$"] if path.count("/") == 1 else []))
        home = f"{tiny.folder.as_uri()}/" if from_disk else tiny_url
        page = browser.new_context(**{**DESKTOP, **options}).new_page()
        page.set_default_timeout(TIMEOUT_MS)
        watches.append(Watch(page, home, expected))
        for pattern in blocked:
            page.route(re.compile(pattern), lambda route: route.abort())
        page.goto(home + path, wait_until="load")
        return page

    yield open_page
    problems = [problem for watch in watches for problem in watch.problems()]
    for watch in watches:
        watch.page.context.close()
    assert problems == []


class MapPage:
    """A map page that is ready, and where things are on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pane = page.locator("#map")
        expect(page.locator("html")).to_have_attribute("data-map", "ready")

    @property
    def view(self) -> dict[str, float]:
        """The ranges of bokeh, and the box of the pane on the page."""
        return self.page.evaluate(VIEW)

    @property
    def scale(self) -> float:
        """Pixels per map unit."""
        view = self.view
        return view["width"] / (view["x1"] - view["x0"])

    @property
    def middle(self) -> tuple[float, float]:
        """The map point in the middle of the pane."""
        view = self.view
        return (view["x0"] + view["x1"]) / 2, (view["y0"] + view["y1"]) / 2

    def spot(self, place: Sequence[float]) -> tuple[float, float]:
        """Where a point of the map is on the page."""
        view, scale = self.view, self.scale
        return view["left"] + (place[0] - view["x0"]) * scale, view["top"] + (view["y1"] - place[1]) * scale

    def place(self, spot: Sequence[float]) -> tuple[float, float]:
        """The point of the map that is at a spot of the page."""
        view, scale = self.view, self.scale
        return view["x0"] + (spot[0] - view["left"]) / scale, view["y1"] - (spot[1] - view["top"]) / scale

    def settle(self) -> None:
        """Wait until the map stands still."""
        self.page.evaluate(SETTLED)

    def hover(self, place: Sequence[float]) -> None:
        """Move the mouse to a point of the map."""
        self.page.mouse.move(*self.spot(place))

    def press(self, key: str) -> None:
        """Press a key while the map has the focus, and wait for what it does."""
        self.pane.press(key)
        self.settle()

    def topic(self, number: int) -> Any:
        """The button of a topic in the list."""
        return self.page.locator(f"#topics button[value='{number}']")

    def choose(self, number: int) -> None:
        """Press the button of a topic, and wait for the flight."""
        self.topic(number).click()
        self.settle()

    @property
    def labels(self) -> dict[int, dict[str, float]]:
        """The boxes of the names that can be seen, by topic."""
        return {label["topic"]: label for label in self.page.evaluate(LABELS)}

    def column(self, name: str) -> list[float]:
        """A column of the points that bokeh holds."""
        return self.columns(name)[0]

    def columns(self, *names: str) -> list[list[float]]:
        """Columns of the points that bokeh holds at one moment."""
        return self.page.evaluate(COLUMNS, names)

    def expect_words(self, title: str, category: str, topic: str, where: str = "#tooltip") -> None:
        """The tooltip, or the reader, shows exactly these texts."""
        tooltip = self.page.locator(where)
        expect(tooltip).to_be_visible()
        self.page.wait_for_function("() => document.querySelector('#tooltip .title').textContent !== '…'")
        shown = {name: tooltip.locator(f".{name}").text_content() for name in ("title", "category", "topic")}
        assert shown == {"title": title, "category": category, "topic": topic}


@pytest.fixture
def open_map(visit: Callable[..., Page]) -> Callable[..., MapPage]:
    """`open_map(...)`: as `visit`, for a map page, once it has all documents."""

    def open_page(path: str = "tiny/index.html", **options: Any) -> MapPage:
        map_page = MapPage(visit(path, **options))
        if not options.get("blocked"):
            map_page.page.wait_for_function(ALL_DRAWN)
        return map_page

    return open_page


@pytest.fixture
def source(tiny: Any) -> Any:
    """What the hostile map of the tiny site was made from."""
    return tiny.maps["tiny"]


@pytest.fixture(scope="session")
def overlapping() -> Callable[..., list[tuple[int, int]]]:
    """`overlapping(labels)`: the pairs of topics whose boxes share more than a pixel."""

    def shared(a: dict[str, float], b: dict[str, float]) -> float:
        across = min(a["right"], b["right"]) - max(a["left"], b["left"])
        return min(across, min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]))

    return lambda labels: [(a["topic"], b["topic"]) for a, b in itertools.combinations(labels, 2) if shared(a, b) > 1]


@pytest.fixture(scope="session")
def phone() -> dict[str, Any]:
    """Context options of a phone."""
    return PHONE


@pytest.fixture(scope="session")
def visible_labels() -> Callable[[Page], list[dict[str, float]]]:
    """`visible_labels(page)`: the boxes of the names that can be seen, on any page."""
    return lambda page: page.evaluate(LABELS)


@pytest.fixture(scope="session")
def distinct(tiny: Any) -> list[int]:
    """Shown documents of the tiny map that have no other within two pixels at the start, and lie under no name."""
    import numpy as np

    from sitegen.site.map.labels.placed_label import TIERS, shown_at
    from sitegen.site.map.summary import read_summary

    places = tiny.maps["tiny"].places
    shown = tiny.shown("tiny")
    apart = np.hypot(*(places[shown][:, None] - places[shown][None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    inside = (np.abs(places[shown] - 0.5) < 0.49).all(axis=1)
    labels = read_summary(tiny.folder.parent / "rendered" / "tiny").labels
    for scale in TIERS[2:12]:
        for label, place in shown_at(labels, scale):
            # A press there is one of the name.
            apart_px = np.abs(places[shown] - place.spot) * scale
            inside &= (apart_px > np.array(label.type.box_px(scale)) / 2 + 4).any(axis=1)
    # Neighbours in storage are neighbours on the map, and two quick clicks at one place are a double click.
    return sorted(
        document for document, near, ok in zip(shown, apart.min(axis=1), inside, strict=True) if ok and near > 0.004
    )
