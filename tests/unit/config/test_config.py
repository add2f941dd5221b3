"""datasets.yaml: what is accepted, and how every mistake is told."""

import json
import re
import tracemalloc
from pathlib import Path

import pydantic
import pytest

from sitegen.config import Config, DatasetConfig, dump_dataset, load_project, parse_config, read_dataset
from sitegen.config.edits_file import parse_edits
from sitegen.config.loader import FORMS
from sitegen.errors import ConfigError
from tests.unit.helpers import ENTRY, REPO, problems, problems_at

LISTED = "datasets:\n- slug: a\n  title: A\n  source:\n    - {type: docstrings, packages: [p]}\n"
"""A config whose list of sources goes on."""
MISTAKES = {
    "empty": ("¦", "the file is empty"),
    "only a comment": ("¦# nothing\n", "the file is empty"),
    "a list": ("¦- a\n", "must be a mapping with a list `datasets:`"),
    "a word": ("¦hello\n", "must be a mapping with a list `datasets:`"),
    "no datasets": ("¦site: {title: A}\n", "missing key datasets, it is required"),
    "no dataset": ("¦datasets: []\n", "datasets: List should have at least 1 item"),
    "unclosed list": ("datasets: [\n¦", "not valid YAML"),
    "tab": ("datasets:\n¦\t- slug: a\n", "not valid YAML"),
    "two documents": (f"{ENTRY}¦---\n{ENTRY}", "not valid YAML"),
    "unknown alias": ("datasets: ¦*other\n", "not valid YAML: found undefined alias 'other'"),
    "duplicate key": ("site: {}\n¦site: {}\n", 'found duplicate key "site"'),
    "duplicate key deep down": (
        f"{ENTRY}    clusters:\n      method: eom\n      ¦method: leaf\n",
        'found duplicate key "method"',
    ),
    "python object": ('datasets: ¦!!python/object/apply:os.system ["true"]\n', "could not determine a constructor"),
    "python name": (f"{ENTRY}    description: ¦!!python/name:os.system\n", "could not determine a constructor"),
    "custom tag": (f"{ENTRY}    description: ¦!include secrets.txt\n", "could not determine a constructor"),
    "unknown key at the top": (f"{ENTRY}¦sit: {{}}\n", "sit: unknown key, did you mean site?"),
    "unknown key of site": (f"{ENTRY}site:\n  ¦titel: A\n", "site.titel: unknown key, did you mean title?"),
    "unknown key of runtime": (f"{ENTRY}runtime:\n  ¦batchsize: 8\n", "runtime.batchsize: unknown key, did you mean"),
    "unknown key of a dataset": (
        f"{ENTRY}    ¦licence: MIT\n",
        "datasets[0].licence: unknown key, did you mean license",
    ),
    "unknown key of a section": (
        f"{ENTRY}    reduction: {{min_dist: 0.5, ¦n_neighbours: 3}}\n",
        "datasets[0].reduction.n_neighbours: unknown key, did you mean n_neighbors?",
    ),
    "unknown key two sections down": (
        f"{ENTRY}    documents: {{turns: {{¦txt: t}}}}\n",
        "datasets[0].documents.turns.txt: unknown key, did you mean text?",
    ),
    "unknown key in a list": (
        f"{ENTRY}    labels:\n      prompt:\n        examples: [{{keywords: a, name: A, ¦nam: A}}]\n",
        "datasets[0].labels.prompt.examples[0].nam: unknown key, did you mean name?",
    ),
    "unknown key of a package source": (
        ENTRY.replace("path:", "path: y, ¦packages:"),
        "datasets[0].source.packages: unknown key, did you mean package?",
    ),
    "unknown key of a docstrings source": (
        "datasets:\n- slug: a\n  title: A\n  source:\n    type: docstrings\n    packages: [p]\n    ¦package: p\n",
        "datasets[0].source.package: unknown key, did you mean packages?",
    ),
    "key of the other source": (
        "datasets:\n- {slug: a, title: A, source: {type: docstrings, packages: [p], ¦path: x}}\n",
        "datasets[0].source.path: unknown key, known keys: packages, tag, type",
    ),
    "quantized twice": (
        f"{ENTRY}    ¦labels: {{model: a.gguf, quantization: nf4}}\n",
        "datasets[0].labels: a GGUF file is quantized already",
    ),
    "quantized elsewhere": (
        f"{ENTRY}    ¦labels: {{model: a, endpoint: 'http://localhost/v1', quantization: int8}}\n",
        "datasets[0].labels: an endpoint decides its own quantization",
    ),
    "endpoint without a model": (
        f"{ENTRY}    ¦labels: {{model: null, endpoint: 'http://localhost/v1'}}\n",
        "datasets[0].labels: endpoint needs model",
    ),
    "endpoint with a password": (
        f"{ENTRY}    labels: {{¦endpoint: 'http://me:secret@localhost/v1'}}\n",
        "datasets[0].labels.endpoint: a password does not belong here",
    ),
    "endpoint without a scheme": (
        f"{ENTRY}    labels: {{¦endpoint: 'localhost:8080/v1'}}\n",
        "datasets[0].labels.endpoint: should be the base URL of a server",
    ),
    "token in the file": (
        f"{ENTRY}    labels: {{¦token_env: sk-secret}}\n",
        "datasets[0].labels.token_env: should be the name of an environment variable, not the token itself",
    ),
    "prompt that shows nothing": (
        f"{ENTRY}    labels: {{prompt: {{¦main: Name it.}}}}\n",
        "datasets[0].labels.prompt.main: shows nothing of the topic; put [KEYWORDS] or [DOCUMENTS] into it",
    ),
    "language in words": (
        f"{ENTRY}    labels: {{¦language: English}}\n",
        "datasets[0].labels.language: should be the code of a language, such as en, not 'English'",
    ),
    "slug that climbs": (
        ENTRY.replace("slug: a", "¦slug: ../a"),
        "datasets[0].slug: should be lower case letters, digits and hyphens, such as my-map, not '../a'",
    ),
    "address that is none": (
        f"site: {{¦base_url: example.org}}\n{ENTRY}",
        "site.base_url: should be an address such as https://example.org/maps/, not 'example.org'",
    ),
    "unlike any key": (
        f"{ENTRY}    map: {{¦zzz: 1}}\n",
        "datasets[0].map.zzz: unknown key, known keys: labels, neighbors, points",
    ),
    "missing title": ("datasets:\n  - ¦slug: a\n    source: {type: docstrings, packages: [p]}\n", "missing key title"),
    "missing source": ("datasets:\n  - ¦slug: a\n    title: A\n", "datasets[0]: missing key source"),
    "missing path": (
        "datasets:\n  - slug: a\n    title: A\n    ¦source: {type: package, package: p}\n",
        "datasets[0].source: missing key path",
    ),
    "missing type of source": (
        "datasets:\n  - slug: a\n    title: A\n    ¦source: {package: p, path: x}\n",
        "datasets[0].source: missing key type",
    ),
    "unknown type of source": (
        "datasets:\n- {slug: a, title: A, source: {¦type: fiel, path: x}}\n",
        "datasets[0].source.type: unknown type 'fiel', did you mean file?",
    ),
    "unknown key of the second source": (
        f"{LISTED}    - {{type: file, ¦pth: x}}\n",
        "datasets[0].source[1].pth: unknown key, did you mean path?",
    ),
    "wrong value in the second source": (
        f"{LISTED}    - {{type: file, path: x, ¦format: xlsx}}\n",
        "datasets[0].source[1].format: should be 'parquet', 'csv'",
    ),
    "unknown type of the second source": (
        f"{LISTED}    - path: x\n      ¦type: huggingfaec\n",
        "datasets[0].source[1].type: unknown type 'huggingfaec', did you mean huggingface?",
    ),
    "missing type of the second source": (
        f"{LISTED}    - ¦path: x\n",
        "datasets[0].source[1]: missing key type",
    ),
    "text for a source": (f"{LISTED}    - ¦x.csv\n", "datasets[0].source[1]: should be a valid dictionary"),
    "no source": ("datasets:\n- {slug: a, title: A, ¦source: []}\n", "datasets[0].source: List should have at least 1"),
    "a config and files": (
        f"{LISTED}    - ¦{{type: huggingface, path: a/b, name: c, data_files: [x.csv]}}\n",
        "datasets[0].source[1]: data_files says what to read",
    ),
    "code of a repository": (
        f"{LISTED}    - ¦{{type: huggingface, path: a/b, trust_remote_code: true}}\n",
        "datasets[0].source[1]: no code of a repository is run",
    ),
    "a token": (
        f"{LISTED}    - {{type: huggingface, path: a/b, ¦token: hf_secret}}\n",
        "datasets[0].source[1].token: unknown key",
    ),
    "a password": (
        f"{LISTED}    - {{type: file, ¦path: 'ftp://me:hf_secret@example.org/x.csv'}}\n",
        "datasets[0].source[1].path: a password does not belong here",
    ),
    "number for a text": (
        ENTRY.replace("title: A", "¦title: 3"),
        "datasets[0].title: should be a valid string, not '3'",
    ),
    "text for a number": (f"{ENTRY}    ¦seed: '42'\n", "datasets[0].seed: should be a valid integer, not '42'"),
    "fraction for a count": (
        f"{ENTRY}    map: {{¦points: 1.5}}\n",
        "datasets[0].map.points: should be a valid integer",
    ),
    "yes for a count": (f"{ENTRY}    map: {{¦points: true}}\n", "datasets[0].map.points: should be a valid integer"),
    "list for a section": (f"{ENTRY}    ¦clusters: [1]\n", "datasets[0].clusters: should be a valid dictionary"),
    "number for a dataset": ("datasets:\n  - ¦3\n", "datasets[0]: should be a valid dictionary"),
    "number in a list of texts": (f"{ENTRY}    tags: [a, ¦3]\n", "datasets[0].tags[1]: should be a valid string"),
    "date for a text": (ENTRY.replace("title: A", "¦title: 2001-01-01"), "datasets[0].title: should be a valid string"),
    "not a number": (f"{ENTRY}    reduction: {{¦min_dist: .nan}}\n", "datasets[0].reduction.min_dist: should be"),
    "too small": (
        f"{ENTRY}    clusters: {{¦min_cluster_size: 1}}\n",
        "min_cluster_size: should be a whole number greater than or equal to 2, or auto",
    ),
    "too large": (
        f"{ENTRY}    map: {{¦points: 20001}}\n",
        "datasets[0].map.points: should be less than or equal to 20000",
    ),
    "wrong word": (
        f"{ENTRY}    clusters: {{¦method: oem}}\n",
        "datasets[0].clusters.method: should be 'eom' or 'leaf', not 'oem'",
    ),
    "wrong device": (f"{ENTRY}runtime: {{¦device: gpu}}\n", "runtime.device: should be 'auto', 'cpu', 'cuda' or 'mps'"),
    "empty title": (
        ENTRY.replace("title: A", "¦title: ''"),
        "datasets[0].title: String should have at least 1 character",
    ),
    "address without scheme": (
        f"{ENTRY}    ¦homepage: example.org\n",
        "datasets[0].homepage: should be an address such as",
    ),
    "script as address": (
        f"{ENTRY}site: {{¦base_url: 'javascript:alert(1)'}}\n",
        "site.base_url: should be an address such",
    ),
    "language": (f"{ENTRY}site: {{¦language: englisch}}\n", "site.language: should be the code"),
    "dotted package": (
        ENTRY.replace("package: p", "¦package: a.b"),
        "datasets[0].source.package: should be a name that",
    ),
    "a device of Windows": (ENTRY.replace("slug: a", "¦slug: com1"), "datasets[0].slug: no folder can have this name"),
    "reserved slug": (ENTRY.replace("slug: a", "¦slug: assets"), "datasets[0].slug: sitegen itself uses this folder"),
    "number as key": (f"{ENTRY}¦3: 3\n", "should be strings"),
}
BAD_SLUGS = ["A", "a b", "a_b", "-a", "a-", "a--b", "ä", "..", "a/b", "a.b", "", "a" * 65, "a\\n"]


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_place_and_field(text, message):
    assert any(message in told for told in problems_at(text))


@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_a_slug_that_is_no_folder_name_is_refused(slug):
    assert problems_at(ENTRY.replace("slug: a", f'¦slug: "{slug}"'))[0].startswith("datasets[0].slug: ")


@pytest.mark.parametrize("slug", ["a", "a-b", "2024-news", "a" * 64])
def test_a_good_slug_is_accepted(slug):
    assert parse_config(ENTRY.replace("slug: a", f'slug: "{slug}"')).datasets[0].slug == slug


def test_a_wrong_type_of_source_names_the_types_there_are():
    told = problems(ENTRY.replace("type: package", "type: hub"))
    line, _, message = told[0]
    assert line == 4
    assert message == (
        "datasets[0].source.type: unknown type 'hub', known kinds of source: docstrings, file, huggingface, package"
    )


def test_one_source_is_a_list_of_one():
    one = parse_config(ENTRY)
    assert [each.type for each in one.datasets[0].source] == ["package"]
    listed = ENTRY.replace("{type: package, package: p, path: x.json}", "[{type: package, package: p, path: x.json}]")
    assert parse_config(listed) == one


def test_sources_keep_their_order_and_tags():
    text = f"{LISTED}    - {{type: file, path: x.csv, tag: mine}}\n    - {{type: huggingface, path: a/b}}\n"
    sources = parse_config(text).datasets[0].source
    assert [(each.type, each.tag) for each in sources] == [
        ("docstrings", None),
        ("file", "mine"),
        ("huggingface", None),
    ]


def test_what_may_be_secret_is_not_repeated_in_an_error():
    told = problems(f"{LISTED}    - {{type: file, path: 'ftp://me:hf_secret@x/y', token: hf_secret}}\n")
    assert len(told) == 2
    assert "hf_secret" not in str(told)


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("source[1].path", "7:20: datasets[0].source[1].path"),
        ("source[1].split", "7:7: datasets[0].source[1]"),
        ("source[0]", "6:7: datasets[0].source[0]"),
        ("clusters.method", "3:3: datasets[0]"),
    ],
)
def test_a_field_in_a_list_is_located(tmp_path, field, place):
    path = tmp_path / "datasets.yaml"
    path.write_text(f"#\n{LISTED}    - {{type: file, path: x.csv}}\n")
    project = load_project(path)
    assert project.locate(project.config.datasets[0], field) == f"{path}:{place}"


def test_a_field_of_the_only_source_is_located(tmp_path):
    path = tmp_path / "datasets.yaml"
    path.write_text(ENTRY)
    project = load_project(path)
    assert project.locate(project.config.datasets[0], "source[0].path") == f"{path}:4:41: datasets[0].source.path"


def test_the_schema_for_editors_knows_both_forms():
    one, several = DatasetConfig.model_json_schema()["properties"]["source"]["anyOf"]
    assert set(one["discriminator"]["mapping"]) == {"docstrings", "file", "huggingface", "package"}
    assert several["type"] == "array"


def test_a_slug_used_twice_is_told_at_its_second_place():
    second = ENTRY.split("\n", 1)[1].replace("slug", "¦slug")
    (message,) = problems_at(ENTRY + second)
    assert "datasets[1].slug: 'a' is used twice" in message


def test_all_mistakes_are_told_at_once():
    text = (
        "sit: {}\n"
        "runtime: {device: gpu}\n"
        "datasets:\n"
        "  - slug: A\n"
        "    title: 3\n"
        "    source: {type: package, package: p, pth: x}\n"
        "    clusters: {method: oem}\n"
    )
    fields = [message.split(":")[0] for _, _, message in problems(text)]
    wanted = [
        "sit",
        "runtime.device",
        "datasets[0].slug",
        "datasets[0].title",
        "datasets[0].source",
        "datasets[0].source.pth",
        "datasets[0].clusters.method",
    ]
    assert set(wanted) <= set(fields)


def test_one_mistake_in_a_dataset_is_told_as_one():
    assert len(problems(f"{ENTRY}    clusters: {{method: oem}}\n")) == 1


def test_control_characters_leave_a_problem_on_one_line():
    assert len(problems(f"{ENTRY}\x07")) == 1


def test_a_line_break_in_a_key_leaves_a_problem_on_one_line():
    assert len(problems(f'{ENTRY}"a\\nb": 1\n')) == 1


BOMB = "\n".join(
    ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    + [
        f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
)
RECURSIVE = {
    "list": "datasets: &a\n  - *a\n",
    "mapping": "&a\ndatasets: *a\n",
    "inside a field": f"{ENTRY}    tags: &t [*t]\n",
    "through another": "a: &a\n  b: &b\n    - *a\n    - *b\n",
}


def test_an_alias_bomb_is_refused():
    ((_, _, message),) = problems(f"{BOMB}\n{ENTRY}")
    assert "after aliases are expanded" in message


@pytest.mark.parametrize("text", RECURSIVE.values(), ids=RECURSIVE.keys())
def test_a_recursive_alias_is_refused(text):
    ((_, _, message),) = problems(text)
    assert "aliases" in message


def test_a_wide_recursive_alias_is_refused_in_little_memory():
    text = f"datasets: &a [{','.join(['*a'] * 500)}]\n"
    tracemalloc.start()
    try:
        problems(text)
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("depth", [300, 1500])
def test_deep_nesting_is_an_error_in_words(depth):
    assert problems(f"datasets: {'[' * depth}{']' * depth}\n")


def test_deep_nesting_through_aliases_is_an_error_in_words():
    links = [f"l{i}: &l{i} {'[' * 60}*l{i - 1}{']' * 60}" for i in range(1, 25)]
    assert problems("\n".join(["l0: &l0 x", *links]))


@pytest.mark.parametrize("value", ["!!timestamp x", "2001-99-99", "!!int x", "!!float x", "9" * 5000])
def test_a_value_that_yaml_cannot_build_is_an_error_in_words(value):
    assert problems(f"{ENTRY}    seed: {value}\n")


def test_an_alias_that_is_harmless_is_accepted():
    text = (
        f"{ENTRY}    tags: &tags [x, y]\n" + ENTRY.split("\n", 1)[1].replace("slug: a", "slug: b") + "    tags: *tags\n"
    )
    assert [each.tags for each in parse_config(text).datasets] == [("x", "y")] * 2


def load_error(path):
    with pytest.raises(ConfigError) as caught:
        load_project(path)
    return str(caught.value)


def test_a_missing_file_is_told_with_the_next_step(tmp_path):
    path = tmp_path / "gallery.yaml"
    assert load_error(path).startswith(f"{path}: no such file")
    assert "--config" in load_error(path)


def test_a_folder_is_no_config(tmp_path):
    assert load_error(tmp_path).startswith(f"{tmp_path}: ")


def test_an_empty_file_is_told(tmp_path):
    path = tmp_path / "datasets.yaml"
    path.touch()
    assert load_error(path).startswith(f"{path}:1:1: the file is empty")


def test_a_file_that_is_not_utf8_is_told_with_the_byte(tmp_path):
    path = tmp_path / "datasets.yaml"
    path.write_bytes(b"site: {title: caf\xe9}\n")
    assert load_error(path) == f"{path}: not UTF-8 text (byte 17), save it as UTF-8"


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = tmp_path / "datasets.yaml"
    path.write_text(ENTRY + "#" * 1_000_000)
    assert "larger than 1,000,000 bytes" in load_error(path)


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    path = tmp_path / "datasets.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + ENTRY.encode())
    assert load_project(path).config == parse_config(ENTRY)


def test_messages_name_the_file_as_the_user_did(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("sit: {}\n")
    assert load_error(Path("mine.yaml")).startswith("mine.yaml:1:1: ")


def test_the_root_of_a_project_is_the_folder_of_its_config(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    path = tmp_path / "deep" / "datasets.yaml"
    path.write_text(ENTRY)
    assert load_project(path).root == path.parent.resolve()


def test_the_demo_gallery_loads():
    config = load_project(REPO / "datasets.yaml").config
    assert [each.slug for each in config.datasets] == ["chitchat", "python-docs"]


def test_defaults_are_filled_in():
    config = parse_config(ENTRY)
    assert (config.site.title, config.runtime.device, config.datasets[0].seed) == ("Topic maps", "auto", 42)


def test_configs_are_hashable_and_equal_where_their_text_is():
    text = f"{ENTRY}    tags: [a, b]\n    topics: {{extra_stop_words: [x]}}\n"
    one, other = parse_config(text), parse_config(text)
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other, parse_config(ENTRY)}) == 2


def test_nothing_in_a_config_can_be_changed():
    config = parse_config(ENTRY)
    with pytest.raises(pydantic.ValidationError):
        config.datasets[0].clusters.min_cluster_size = 3
    with pytest.raises(pydantic.ValidationError):
        config.site.title = "B"
    assert isinstance(config.datasets, tuple)


def test_a_section_gives_only_what_is_asked_for():
    entry = parse_config(ENTRY).datasets[0]
    assert entry.section("map", "seed") == {"map": {"points": 4000, "labels": 60, "neighbors": 5}, "seed": 42}


def test_a_stored_dataset_config_reads_back_equal():
    entry = load_project(REPO / "datasets.yaml").config.datasets[0]
    assert DatasetConfig.model_validate_json(entry.model_dump_json()) == entry


def sections(kind):
    """Every section class below `kind`, found through the annotations of its fields."""
    found = {kind}
    for field in kind.model_fields.values():
        stack = [field.annotation]
        while stack:
            annotation = stack.pop()
            if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
                found |= sections(annotation)
            else:
                stack.extend(getattr(annotation, "__args__", ()))
    return found


def test_every_field_is_documented():
    undocumented = [
        f"{kind.__name__}.{name}"
        for kind in sections(Config)
        for name, field in kind.model_fields.items()
        if not field.description and name not in SELF_EXPLAINING
    ]
    assert undocumented == []


SELF_EXPLAINING = {"type", "site", "runtime", "datasets", "source", "documents", "embeddings", "reduction", "clusters"}
SELF_EXPLAINING |= {"topics", "labels", "map", "privacy", "keywords", "name"}


def test_a_rule_in_a_list_is_located_by_its_number(tmp_path):
    path = tmp_path / "datasets.yaml"
    path.write_text(
        f"{ENTRY}    documents:\n      filter:\n        - {{column: a, min: 1}}\n        - {{column: b, min: 1}}\n"
    )
    project = load_project(path)
    place = project.locate(project.config.datasets[0], "documents.filter.1.column")
    assert place == f"{path}:8:12: datasets[0].documents.filter[1].column"


@pytest.mark.parametrize(
    "path", [REPO / "datasets.yaml", *sorted((REPO / "examples").glob("*.yaml"))], ids=lambda p: p.stem
)
def test_a_dataset_that_was_written_down_is_read_back_the_same(path):
    for dataset in load_project(path).config.datasets:
        again = read_dataset(json.loads(json.dumps(dump_dataset(dataset))))
        assert again.model_dump() == dataset.model_dump()
        assert again == dataset


@pytest.mark.parametrize("page", [REPO / "README.md", *sorted((REPO / "docs").glob("*.md"))], ids=lambda p: p.stem)
def test_the_examples_of_the_guide_are_valid(page):
    """A block is a whole file, or begins with the key under which it stands in one."""
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        if re.search(r"^datasets:", block, re.MULTILINE):
            assert parse_config(block).datasets
        elif re.search(r"^edits:", block, re.MULTILINE):
            assert parse_edits(block, page.name, "my-chats").file.edits
        elif block.startswith("source:"):
            for source in re.split(r"^(?=source:)", block, flags=re.MULTILINE)[1:]:
                assert parse_config(f"datasets:\n- slug: a\n  title: A\n{indented(source)}").datasets[0].source
        else:
            source = "{type: file, path: a.jsonl}"
            assert parse_config(f"datasets:\n  - slug: a\n    title: A\n    source: {source}\n{block}").datasets


def indented(text):
    return "".join(f"  {line}" for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("publish", "message"),
    [
        ("{redact: [email]}", "should be 'emails', 'phones' or 'urls', not 'email'"),
        ("{redact: [{pattern: '('}]}", "not a regular expression"),
        ("{columns: [price]}", "the documents have no column 'price'; there are url, date"),
    ],
)
def test_what_is_published_is_checked(tmp_path, publish, message):
    path = tmp_path / "datasets.yaml"
    path.write_text(f"{ENTRY}    privacy: {publish}\n")
    with pytest.raises(ConfigError) as error:
        load_project(path)
    assert message in str(error.value)
    assert str(error.value).count("\n") == 0


def test_every_pattern_of_the_config_is_told_in_words():
    sections = Config.model_json_schema()["$defs"].values()
    fields = [(name, field) for section in sections for name, field in section["properties"].items()]
    kinds = [(name, kind) for name, field in fields for kind in (field, *field.get("anyOf", ()))]
    assert {name for name, kind in kinds if "pattern" in kind} == set(FORMS)


ALIASED = """\
datasets:
  - slug: talks
    title: Talks
    source: {type: docstrings, packages: [json]}
    topics: {nr_topics: %s, top_n_words: 7}
    clusters: {cluster_selection_method: leaf}
"""


def test_names_of_bertopic_and_hdbscan_are_understood():
    dataset = parse_config(ALIASED % 5).datasets[0]
    assert (dataset.topics.reduce_to, dataset.topics.keywords, dataset.clusters.method) == (5, 7, "leaf")


def test_an_error_names_the_alias_that_is_written():
    with pytest.raises(ConfigError, match=r"datasets\.yaml:5:14: datasets\[0\]\.topics\.nr_topics: should be greater"):
        parse_config(ALIASED % 0)


def test_a_setting_under_two_names_is_refused():
    with pytest.raises(ConfigError, match=r"topics\.nr_topics: the same setting stands here under another name"):
        parse_config(ALIASED % "5, reduce_to: 6")


def test_a_misspelt_alias_is_told():
    with pytest.raises(ConfigError, match="did you mean nr_topics"):
        parse_config(ALIASED.replace("nr_topics", "nr_topic") % 5)
