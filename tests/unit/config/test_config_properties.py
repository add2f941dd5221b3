"""Whatever the file holds, parse_config answers with a config or with a ConfigError that tells a place."""

import copy
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sitegen.config import Config, load_project, parse_config
from sitegen.errors import ConfigError, PublishError
from sitegen.site.pages.custom_pages import read_extra_pages
from tests.unit.helpers import ENTRY, split_problem, to_yaml

WORDS = "site runtime datasets slug title source type package path packages documents turns text labels examples"
WORDS += " tag split name data_files"
KEYS = st.sampled_from([*WORDS.split(), "keywords", "tags", "seed", "map", "reduction", "min_dist", "<<"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["package", "a", "docstrings", "file", "huggingface"])
)
STRUCTURES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=4),
    max_leaves=12,
)
YAML_TEXT = st.text(st.sampled_from("ab:-?[]{},&*!|>%@`'\"#~<= \n\t0.\\") | st.characters(), max_size=60)
FULL = {
    "site": {"title": "T", "language": "en", "base_url": "https://example.org"},
    "runtime": {"device": "cpu", "batch_size": 8},
    "datasets": [
        {
            "slug": "a",
            "title": "A",
            "tags": ["x"],
            "seed": 1,
            "source": {"type": "package", "package": "p", "path": "x"},
            "documents": {
                "filter": [{"column": "price", "min": 1, "one_of": ["a", 1]}],
                "text": ["t"],
                "turns": {"text": "text", "keep": ["user"]},
                "columns": {"price": "number"},
                "sample": {
                    "size": 3,
                    "balance": "c",
                    "weights": {"a": 2},
                    "cap": {"column": "p", "most": 2, "width": 1},
                },
            },
            "reduction": {"min_dist": 0.1},
            "labels": {"prompt": {"examples": [{"keywords": "a", "name": "b"}]}},
        },
        {
            "slug": "b",
            "title": "B",
            "source": [
                {"type": "docstrings", "packages": ["p", "q"]},
                {"type": "file", "path": "x.csv", "tag": "t"},
                {"type": "huggingface", "path": "a/b", "data_files": ["x.csv"]},
            ],
        },
    ],
}


def check(text):
    """Parse; what is refused is refused with a place inside the file, what is accepted is hashable."""
    try:
        config = parse_config(text)
    except ConfigError as error:
        rows = text.splitlines() or [""]
        for line in str(error).split("\n"):
            row, column, message = split_problem(line)
            assert 1 <= row <= len(rows) + 1
            assert column >= 1
            assert message
        return None
    assert isinstance(config, Config)
    hash(config)
    return config


def spots(value, path=()):
    """The path of every value inside a structure."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from spots(inner, (*path, key))


@given(YAML_TEXT)
@example("\x00")
@example("? [a]\n: b")
@example("%YAML 9.9\n---\na: b")
@example("!!omap [a: 1]")
@example("datasets: !!set {a}")
@example("datasets: !!binary aGVsbG8=")
@example("a: [!!python/tuple [1]]")
@example('"a\\nb": 1')
@example("<<: {datasets: 3}\n")
@example("'': 3\n")
def test_any_text_is_a_config_or_a_told_mistake(text):
    check(text)


@given(st.binary(max_size=200) | YAML_TEXT.map(lambda text: text.encode("utf-16", "surrogatepass")))
@example(b"\xff\xfe")
@example(b"a: \xc3\x28")
def test_any_bytes_of_a_file_are_a_config_or_a_told_mistake(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "datasets.yaml"
    path.write_bytes(data)
    try:
        load_project(path)
    except ConfigError as error:
        assert str(error).startswith(f"{path}:")


ALIASES = list(zip("abcdefgh", "bcdefghi", strict=True))
BOMBS = {
    "aliases": "a: &a [x]\n" + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in ALIASES),
    "merges": "a: &a {x: 1}\n"
    + "".join(f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 9)}]}}\n" for old, new in ALIASES),
    "circle": "a: &a [*a]\n",
    "circle of merges": "a: &a {<<: *a}\n",
    "depth": "[" * 20_000,
    "digits": "a: " + "9" * 20_000,
    "object": "!!python/object/apply:os.system [exit]",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_bombs_are_told_at_once_in_the_config_and_on_pages(tmp_path, text):
    with pytest.raises(ConfigError):
        parse_config(text)
    (tmp_path / "page.md").write_text(f"---\n{text}\n---\nwords", "utf-8")
    with pytest.raises(PublishError, match=r"page\.md: "):
        read_extra_pages(tmp_path)


@given(YAML_TEXT)
def test_the_front_matter_of_a_page_is_read_or_told(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "page.md"
    path.write_text(f"---\n{text}\n---\nwords", "utf-8", "replace")
    with suppress(PublishError):
        read_extra_pages(path.parent)


def test_no_more_of_a_file_is_read_than_a_config_may_have():
    with pytest.raises(ConfigError, match="no such file"):
        load_project(Path("/dev/zero"))


@given(YAML_TEXT)
def test_text_after_a_good_config_is_a_config_or_a_told_mistake(text):
    check(ENTRY + text)


@given(STRUCTURES)
def test_any_structure_is_a_config_or_a_told_mistake(value):
    check(to_yaml(value))


@given(st.data())
def test_a_changed_good_config_is_a_config_or_a_told_mistake(data):
    value = copy.deepcopy(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        *parents, last = data.draw(st.sampled_from(list(spots(value))[1:]))
        parent = value
        for key in parents:
            parent = parent[key]
        match data.draw(st.sampled_from(["replace", "delete", "add"])):
            case "replace":
                parent[last] = data.draw(STRUCTURES)
            case "delete":
                del parent[last]
            case "add" if isinstance(parent, dict):
                parent[data.draw(KEYS | st.text())] = data.draw(STRUCTURES)
            case "add":
                parent.append(data.draw(STRUCTURES))
        if value == {}:
            break
    check(to_yaml(value))


def test_the_config_that_is_changed_above_is_good():
    assert check(to_yaml(FULL)) is not None


@given(
    st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True).filter(lambda slug: len(slug) <= 64 and slug != "assets"),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
)
def test_any_title_and_any_good_slug_are_read_as_they_are(slug, title):
    entry = {"slug": slug, "title": title, "source": {"type": "docstrings", "packages": ["p"]}}
    (read,) = parse_config(to_yaml_safe({"datasets": [entry]})).datasets
    assert (read.slug, read.title) == (slug, title)


def to_yaml_safe(value):
    """YAML that keeps characters beyond the basic plane, which JSON writes as two surrogates."""
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(value, stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["gallery.yaml", "/somewhere/else.yml"])
def test_messages_begin_with_the_name_that_was_given(name):
    with pytest.raises(ConfigError) as caught:
        parse_config("a: 1\nb: 2\n", name)
    assert all(line.startswith(f"{name}:") for line in str(caught.value).split("\n"))
