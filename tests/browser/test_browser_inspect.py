"""The page of `sitegen inspect`, opened from disk."""

import json

import pytest

from sitegen.commands.inspect.profile_dataset import profile_dataset, write_page
from sitegen.config import load_project
from sitegen.report import Report

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
INK = """() => {
    const within = (root) => [...root.querySelectorAll("*")].flatMap((each) => [
        ...(each.tagName === "CANVAS" ? [each] : []), ...(each.shadowRoot ? within(each.shadowRoot) : [])]);
    return [...document.querySelectorAll(".chart")].map((chart) => within(chart).reduce((sum, canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return sum + data.filter((value, place) => place % 4 === 3 && value > 0).length;
    }, 0));
}"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A page of every kind of chart, about texts that would like to be markup."""
    folder = tmp_path_factory.mktemp("inspect")
    rows = [
        {"text": f"{HOSTILE} {number}", "kind": f"{HOSTILE}{number % 3}", "n": number, "day": f"2024-01-{number + 1}"}
        for number in range(20)
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    documents = {"category": "kind", "date": "day", "columns": {"n": "number"}}
    entry = {"slug": "a", "title": HOSTILE, "source": {"type": "file", "path": "rows.jsonl"}, "documents": documents}
    (folder / "datasets.yaml").write_text(json.dumps({"datasets": [entry]}))
    write_page(profile_dataset(load_project(folder / "datasets.yaml"), "a", None, Report(-1)), folder / "look.html")
    return folder / "look.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_look_draws_its_charts_and_asks_for_nothing(browser, written, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)
    page = context.new_page()
    problems, asked = [], []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written.as_uri())
    page.wait_for_function(f"(({INK})()).filter((ink) => ink > 500).length === 5")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("typeof window.hacked") == "undefined"
    assert (problems, asked) == ([], [written.as_uri()])
    context.close()
