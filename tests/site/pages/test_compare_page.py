"""The page that compares groups: complete without a script, linked from every page, hostile names are text."""

import csv
import dataclasses
import io
import re
from html import unescape

import numpy as np
import pytest

from sitegen.config import CompareConfig
from sitegen.site.output.check import check_site
from tests.conftest import IMAGE, VECTOR


def comparing(config):
    def change(source):
        compare = config if source.dataset.slug == "tiny" else None
        return dataclasses.replace(source, dataset=source.dataset.model_copy(update={"compare": compare}))

    return change


@pytest.fixture(scope="module")
def compared(tiny_maker, tmp_path_factory):
    return tiny_maker(
        tmp_path_factory.mktemp("compared"),
        comparing(CompareConfig(by="category", groups=(IMAGE, VECTOR, "An ordinary conversation"))),
    )


def words_of(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_page_has_every_topic_and_names_of_groups_are_text(compared):
    html = (compared.folder / "tiny" / "compare" / "index.html").read_text("utf-8")
    assert IMAGE not in html
    assert VECTOR not in html
    text = words_of(html)
    assert IMAGE in text
    source = compared.maps["tiny"]
    linked = set(map(int, re.findall(r'href="\.\./topics/(\d+)/', html)))
    assert linked == set(source.continuity.ids)
    assert "outside any topic" in text
    assert "<script" not in html


def test_figures_are_those_of_the_documents(compared):
    source = compared.maps["tiny"]
    table = (compared.folder / "tiny" / "download" / "compare.csv").read_bytes().decode("utf-8")
    lines = list(csv.DictReader(io.StringIO(table, newline="")))
    category = np.array([value or "" for value in source.documents.column("category")])
    topic = source.continuity.assignment
    for line in lines:
        count = ((category == "An ordinary conversation") & (topic == int(line["topic"]))).sum()
        assert int(float(line["documents An ordinary conversation"])) == count
    assert len(lines) == len(source.topics) + 1


def test_pages_of_its_map_link_to_it_and_other_maps_have_none(compared):
    for page in ("index.html", "about/index.html", "topics/index.html", "download/index.html", "topics/0/index.html"):
        assert ">Compare</a>" in (compared.folder / "tiny" / page).read_text("utf-8"), page
    assert not (compared.folder / "plain" / "compare").exists()
    assert "Compare" not in (compared.folder / "plain" / "index.html").read_text("utf-8")


def test_the_site_is_sound_and_the_page_is_light(compared):
    check = check_site(compared.folder)
    assert [problem for problem in check.problems if "compare" in problem] == []
    page = compared.folder / "tiny" / "compare" / "index.html"
    pictures = re.findall(r'src="\.\./(map/[^"]+)"', page.read_text("utf-8"))
    assert len(pictures) == 4
    size = page.stat().st_size + sum((compared.folder / "tiny" / name).stat().st_size for name in pictures)
    assert size < 300_000


def test_periods_are_compared_too(tiny_maker, tmp_path):
    site = tiny_maker(tmp_path, comparing(CompareConfig(by="date")))
    text = words_of((site.folder / "tiny" / "compare" / "index.html").read_text("utf-8"))
    assert re.search(r"before \d{4}-\d\d-\d\d \(\d+ documents\)", text)
    assert "are in none of these groups" in text


def told_apart(source):
    """The tiny map with a category that only later documents of the first topic have."""
    if source.dataset.slug != "tiny":
        return source
    table, topic = source.documents.table, source.topics.assignment
    late = [date is None or date.year >= 2021 for date in source.documents.column("date")]
    groups = ["one" if (late[at] if topic[at] == 0 else at % 2) else "two" for at in range(len(topic))]
    column = table.column_names.index("category")
    documents = dataclasses.replace(
        source.documents, table=table.set_column(column, table.schema.field(column), [groups])
    )
    return comparing(CompareConfig(by="category"))(dataclasses.replace(source, documents=documents))


def test_a_topic_that_differs_is_drawn_over_time(tiny_maker, tmp_path):
    site = tiny_maker(tmp_path, told_apart)
    html = (site.folder / "tiny" / "compare" / "index.html").read_text("utf-8")
    section = re.search(r'<section aria-labelledby="over-time-title">.*?</section>', html, re.DOTALL)[0]
    source = site.maps["tiny"]
    years = np.array([date.year if date else 0 for date in source.documents.column("date")])
    one = np.array(source.documents.column("category")) == "one"
    first = source.topics.assignment == 0
    share = (one & first & (years == 2022)).sum() / (one & (years == 2022)).sum()
    rows = dict(re.findall(r'<th scope="row">(\d{4})</th>(.*?)</tr>', section))
    assert list(rows) == ["2020", "2021", "2022", "2023", "2024"]
    assert f">{share:.1%}</td>" in rows["2022"]
    assert "0.0%" in rows["2020"]
    assert len(re.findall(r'<path d="M0 \d+h0(L\d+ \d+){4}" stroke="#', section)) == 2
    assert re.search(r'aria-label="Share over time: \w+ \d+\.\d% \(2020\) to ', section)
