"""Topic pages, About and downloads: what they say, and what they must not."""

import base64
import csv
import dataclasses
import gzip
import io
import json
import re
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from sitegen.artifacts import Documents
from sitegen.config import DocumentsConfig, PrivacyConfig, parse_config
from sitegen.site.map.palette import oklch
from sitegen.site.map.pictures.static_image import FOOT, HEAD
from sitegen.site.map.summary import read_summary
from sitegen.site.pages.facts.bars import MAX_PERIODS
from sitegen.site.pages.facts.provenance import StageFacts, parameters, yaml_entry
from sitegen.site.pages.facts.statistics import Representative, compute_statistics, read_statistics
from sitegen.site.pages.views.topic_views import _without_repetition
from sitegen.site.pages.write_site import RenderedMap, write_site
from sitegen.site.privacy.published_documents import publish_documents
from sitegen.site.render_dataset import render_dataset

SVG = "{http://www.w3.org/2000/svg}"


def read(tiny, path):
    return (tiny.folder / "tiny" / path).read_text("utf-8")


def plain(html):
    """The words of a page."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def stored(tiny, slug="tiny"):
    return tiny.folder.parent / "rendered" / slug


def test_the_table_holds_every_topic_and_representation(tiny):
    html, source = read(tiny, "topics/index.html").partition('id="table"')[2], tiny.maps["tiny"]
    rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", html, re.DOTALL)
    assert len(rows) == 12
    for row, topic, name in zip(rows, source.topics.rows(), source.names, strict=True):
        words = plain(row)
        assert name in words
        assert f'href="{topic["topic"]}/index.html"' in row
        for keyword in (*topic["keywords"], *topic["keybert"]):
            assert " ".join(keyword.split()) in " ".join(words.split())


def test_a_topic_page_leads_to_the_map_and_to_its_neighbours(tiny):
    html = read(tiny, "topics/5/index.html")
    assert 'href="../../index.html#topic=5"' in html
    assert re.search(r'rel="prev" href="\.\./4/index\.html"', html)
    assert re.search(r'rel="next" href="\.\./6/index\.html"', html)
    assert 'rel="prev"' not in read(tiny, "topics/0/index.html")
    assert 'rel="next"' not in read(tiny, "topics/11/index.html")


def test_the_nearest_topics_are_those_whose_centres_are(tiny):
    topics = read_summary(stored(tiny)).topics
    for topic, each in zip(topics, read_statistics(stored(tiny)).topics, strict=True):
        apart = {other.id: np.hypot(other.x - topic.x, other.y - topic.y) for other in topics if other.id != topic.id}
        assert [apart[number] for number in each.nearest] == sorted(apart.values())[:6]


def test_representative_documents_are_shown_as_text(tiny):
    source = tiny.maps["tiny"]
    titles = source.titles
    for topic in source.topics.rows():
        words = " ".join(plain(read(tiny, f"topics/{topic['topic']}/index.html")).split())
        for row in topic["representatives"]:
            assert " ".join(titles[row].replace("\0", "\ufffd").split()) in words


def test_a_title_that_only_repeats_the_text_is_left_out():
    text = "Hello!\nHow are you?  I am fine, and the weather is too."
    for title, expected in (("Hello! How are you? I am…", ""), ("Hello! How", ""), ("A letter", "A letter")):
        assert _without_repetition(Representative(title, text, "", "", "")).title == expected


def test_only_addresses_of_the_web_become_links(tiny):
    for path in (tiny.folder / "tiny").rglob("*.html"):
        assert not re.search(r'href="\s*javascript', path.read_text("utf-8"), re.IGNORECASE)


def test_counts_over_time_and_by_category_add_up(tiny):
    details, source = read_statistics(stored(tiny)), tiny.maps["tiny"]
    dated = np.array([date is not None for date in source.documents.column("date")])
    assert sum(details.over_time) == dated.sum()
    for topic in details.topics:
        members = source.topics.assignment == topic.id
        assert sum(topic.over_time) == (dated & members).sum()
        categories = np.array([c is not None for c in source.documents.column("category")])
        assert sum(count for _, count in topic.categories) == (categories & members).sum()
    assert sum(count for _, count in details.lengths) == 600


@pytest.mark.parametrize(
    ("dates", "period", "names"),
    [
        (["2024-01-30", "2024-02-02"], "day", ("2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02")),
        (["2020-03-05", "2020-06-01", None], "month", ("2020-03", "2020-04", "2020-05", "2020-06")),
        (["1990-01-01", "1993-01-01"], "month", None),
        (["2024-01-30", "2024-01-30"], "", ()),
        ([None, None], "", ()),
    ],
)
def test_periods_are_as_long_as_the_dates_ask_for(tiny, dates, period, names):
    source = tiny.maps["plain"]
    table = source.documents.table
    stamps = [None if each is None else np.datetime64(each, "us").astype(object) for each in dates]
    column = pa.array((stamps * len(table))[: len(table)], table.schema.field("date").type)
    documents = Documents(table.set_column(table.schema.get_field_index("date"), "date", column), {})
    public = publish_documents(documents, source.dataset)
    details = compute_statistics(source.dataset, documents, public, source.topics, source.labels, source.continuity, ())
    assert len(details.periods) <= MAX_PERIODS
    if names is not None:
        assert (details.period, details.periods) in {(period, names), ("week", details.periods)}


def test_the_about_page_says_all_settings_and_where_rows_went(tiny):
    dataset = tiny.maps["tiny"].dataset
    words = plain(read(tiny, "about/index.html"))
    for parameter in parameters(dataset):
        assert parameter.name in words
    given = {"documents.columns", "map.points", "privacy.columns", "privacy.text"}
    assert {each.name for each in parameters(dataset) if each.given} == given
    for told in ("dropped: shorter than min_chars", "630", "date left empty", "named 4 of 12 topics (33.3%)"):
        assert told in words


def test_the_about_page_says_what_ran(tmp_path, tiny):
    stages = (StageFacts("embeddings", "sha256:abc", {"torch": "2.13.0"}), StageFacts("x", None, {}))
    write_site(tiny.site, None, [RenderedMap(tiny.maps["plain"].dataset, stored(tiny, "plain"), stages)], tmp_path)
    words = plain((tmp_path / "plain/about/index.html").read_text("utf-8"))
    for told in ("sha256:abc", "torch 2.13.0"):
        assert told in words


def test_the_about_page_says_how_a_fitted_sample_was_drawn(tmp_path, tiny):
    name, stages = "plain", (StageFacts("reduction", None, {}, landmarks=1234),)
    write_site(tiny.site, None, [RenderedMap(tiny.maps[name].dataset, stored(tiny, name), stages)], tmp_path)
    words = plain((tmp_path / "plain/about/index.html").read_text("utf-8"))
    documents = len(tiny.maps[name].documents)
    assert f"fitted to a sample of 1,234 of the {documents:,} documents" in words
    assert "square root" in words
    assert "fitted to a sample" not in plain(read(tiny, "about/index.html"))


def test_the_about_page_says_what_drift_stands_for(tmp_path, tiny):
    growth = {"fitted": 100, "builds": 2, "placed": 50, "misfits": 0.06, "neighbors_new": 0.31}
    stages = (StageFacts("reduction", None, {}, growth=growth),)
    write_site(tiny.site, None, [RenderedMap(tiny.maps["plain"].dataset, stored(tiny, "plain"), stages)], tmp_path)
    words = plain((tmp_path / "plain/about/index.html").read_text("utf-8"))
    assert "On average 31% of the 15 documents nearest in meaning to a fitted one came after the fit" in words
    assert "does not say how far documents would move" in words


def test_the_entry_to_reproduce_a_map_is_what_it_was_made_from(tiny):
    for slug, source in tiny.maps.items():
        text = (tiny.folder / slug / "download" / "datasets.yaml").read_text("utf-8")
        assert text == yaml_entry(source.dataset)
        assert parse_config(text).datasets == (source.dataset,)


def test_no_cell_of_the_table_is_a_formula(tiny):
    rows = list(csv.DictReader(io.StringIO(read(tiny, "download/topics.csv"))))
    assert [int(row["topic"]) for row in rows] == list(range(12))
    numbers = {"x", "y", "name_fit", "name_margin"}
    cells = [cell for row in rows for name, cell in row.items() if name not in numbers]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [row["name"] for row in rows] == tiny.maps["tiny"].names


def test_a_name_that_is_a_formula_is_quoted():
    from sitegen.site.pages.files.downloads import FIELDS, topics_csv

    row = dict.fromkeys(FIELDS, 0) | {"name": "=1+1", "mmr": ("-x", "y")}
    (parsed,) = csv.DictReader(io.StringIO(topics_csv([row]).decode()))
    assert (parsed["name"], parsed["mmr"]) == ("'=1+1", "'-x; y")


def test_topics_as_json_are_those_of_the_map(tiny):
    rows = json.loads(read(tiny, "download/topics.json"))
    source = tiny.maps["tiny"]
    assert [row["name"] for row in rows] == source.names
    assert [row["mmr"] for row in rows] == source.keywords
    assert sum(row["share"] for row in rows) == pytest.approx(530 / 600, abs=1e-4)


def test_documents_to_download_are_all_of_them_with_their_topic(tiny):
    table, source = pq.read_table(tiny.folder / "tiny/download/documents.parquet"), tiny.maps["tiny"]
    assert table.column_names == ["id", "title", "text", "topic", "x", "y", "category", "date", "rating"]
    assert table.column("topic").to_pylist() == source.topics.assignment.tolist()
    assert table.column("text").to_pylist() == source.documents.column("text")
    assert np.column_stack([table["x"], table["y"]]) == pytest.approx(source.places, abs=1e-5)


def test_the_svg_holds_names_title_and_origin_as_text(tiny):
    root = ElementTree.fromstring((tiny.folder / "tiny/download/map.svg").read_bytes())
    words = [each.text or "" for each in root.iter(f"{SVG}text")]
    summary = read_summary(stored(tiny))
    wide = next(each for each in summary.pictures if each.shape.name == "wide")
    assert len(wide.labels) == len(summary.topics)
    assert len(words) == sum(len(label.type.lines) for label in wide.labels) + 3
    assert tiny.maps["tiny"].dataset.license in words[-1]
    tags = ("svg", "title", "image", "g", "text", "path")
    assert {each.tag for each in root.iter()} <= {f"{SVG}{tag}" for tag in tags}


@pytest.mark.parametrize(
    ("name", "size", "dark"),
    [
        ("map.png", (3000, 2000), False),
        ("map-dark.png", (3000, 2000), True),
        ("map-square.png", (2160, 2160), False),
        ("map-square-dark.png", (2160, 2160), True),
    ],
)
def test_pictures_are_in_true_colours_and_light_or_dark(tiny, name, size, dark):
    with Image.open(tiny.folder / "tiny/download" / name) as picture:
        assert (picture.size, picture.mode) == (size, "RGB")
        assert (picture.getpixel((2, 2))[0] < 60) == dark
        assert len(picture.resize((600, 400)).getcolors(1 << 24)) > 256


def test_dots_of_a_picture_have_the_hues_of_their_topics(tiny):
    source, summary = tiny.maps["tiny"], read_summary(stored(tiny))
    wide = next(each for each in summary.pictures if each.shape.name == "wide")
    with Image.open(stored(tiny) / "pictures" / wide.file) as picture:
        pixels = np.asarray(picture.convert("RGBA"))
    pixel, middle = wide.scale * wide.shape.unit, (HEAD - FOOT) / 2 * wide.shape.unit
    for rank in (1, 2, 3, 5, 6, 7):  # which lie alone
        x, y = np.median(source.places[source.topics.assignment == rank], axis=0) - 0.5
        across, down = round(1500 + x * pixel), round(1000 + middle - y * pixel)
        near = pixels[down - 25 : down + 25, across - 25 : across + 25].reshape(-1, 4)
        red, green, blue, _ = near[near[:, 3].argmax()].tolist()
        hues = [oklch(each)[2] for each in (f"#{red:02x}{green:02x}{blue:02x}", summary.topics[rank].color)]
        apart = abs(hues[0] - hues[1])
        assert min(apart, 360 - apart) < 5, rank


def everything(folder):
    """Every published byte as text: pages, unpacked shards, rows of tables."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            yield path.name, str(pq.read_table(path).to_pydict())
        elif path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            yield path.name, text
            if text.startswith("sitegenShard("):
                yield path.name, gzip.decompress(base64.b64decode(text.split('"')[3])).decode("utf-8", "replace")


def published(tiny, folder, publish, change):
    """The tiny map with other texts and another `privacy:`, published by itself."""
    source = tiny.maps["tiny"]
    table = source.documents.table
    for name, values in change.items():
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), pa.array(values))
    dataset = source.dataset.model_copy(update={"privacy": publish, "documents": DocumentsConfig()})
    documents = dataclasses.replace(source.documents, table=table)
    (folder / "rendered").mkdir()
    render_dataset(dataset, documents, source.continuity, source.topics, source.labels, folder / "rendered")
    write_site(tiny.site, None, [RenderedMap(dataset, folder / "rendered")], folder / "site")
    return folder / "site"


def test_without_public_texts_no_file_holds_a_word_of_them(tiny, tmp_path):
    texts = [f"secret{number} words" for number in range(600)]
    change = {"text": texts, "title": texts}
    site = published(tiny, tmp_path, PrivacyConfig(text="none"), change)
    assert [name for name, text in everything(site) if "secret" in text] == []


def test_what_is_masked_is_in_no_page_or_file(tiny, tmp_path):
    texts = [f"jane@example{number}.org wrote" for number in range(600)]
    change = {"text": texts, "title": texts, "category": texts}
    site = published(tiny, tmp_path, PrivacyConfig(text="full", redact=("emails",)), change)
    found = list(everything(site))
    assert [name for name, text in found if "jane@" in text] == []
    assert any("[email] wrote" in text for _, text in found)


def test_facts_of_an_older_state_are_read():
    old = {"name": "x", "seconds": 1.5, "host": "Linux", "revision": "r", "libraries": {"torch": "2"}, "landmarks": 3}
    assert StageFacts.from_state(old) == StageFacts("x", "r", {"torch": "2"}, landmarks=3)


def test_a_page_says_how_well_the_name_finds_its_topic(tiny):
    texts = [page.read_text("utf-8") for page in tiny.folder.rglob("topics/*/index.html")]
    assert sum("(fit 0.25, margin 0.12)" in text for text in texts) == len(texts) - 1
    assert sum("The name is closer to the documents of" in text for text in texts) == 1
    about = next(tiny.folder.rglob("about/index.html")).read_text("utf-8")
    assert "of the names point to their own topic" in about
