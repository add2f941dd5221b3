"""`huggingface` for real: on folders in the Hub's layout, and against a small hub on the loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sitegen.config import parse_config
from sitegen.errors import SourceError
from sitegen.pipeline.sources import Source, open_source
from sitegen.report import Report

from . import repositories as data
from .hub import Hub, Repository

pytestmark = pytest.mark.pipeline

READ = """
import json, sys
from pathlib import Path
from sitegen.config import parse_config
from sitegen.errors import SourceError
from sitegen.pipeline.sources import open_source
from sitegen.report import Report, quiet_libraries
report = Report()
entry = {"slug": "a", "title": "A", "source": json.loads(sys.argv[1])}
try:
    source = open_source(parse_config(json.dumps({"datasets": [entry]})).datasets[0].source, Path())
    with report.listening():
        revision = source.revision()
    with report.listening(), quiet_libraries(0):
        rows, card = list(source.rows()), source.card()
    answer = {"revision": revision, "rows": rows} | ({"card": card} if card else {})
except SourceError as error:
    answer = {"error": str(error), "field": error.field}
print(json.dumps(answer))
"""
COLUMNS = {
    "LDJnr/Puffin": data.PUFFIN,
    "teknium/openhermes": data.OPENHERMES,
    "vikp/textbook_quality_programming": data.TEXTBOOK,
    "CShorten/ML-ArXiv-Papers": data.ARXIV,
}
GATED_TOKEN = "hf_only_in_the_environment"
NOWHERE = "http://127.0.0.1:9"


class Reader:
    """Reads sources in a process of its own, because the libraries read the environment once."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder, self.endpoint, self.said = folder, endpoint, ""

    def read(self, *sources: dict[str, Any], **environment: str) -> dict[str, Any]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        home = {"HF_HOME": str(self.folder / "home"), "HF_ENDPOINT": self.endpoint}
        command = [sys.executable, "-c", READ, json.dumps(sources)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**kept, **home, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.said = done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        for row in answer.get("rows", []):
            if len(sources) == 1:
                del row["source"]
        return answer

    def hub(self, path: str, **fields: Any) -> dict[str, Any]:
        return self.read({"type": "huggingface", "path": path, **fields})


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub(data.repositories(), allowed=GATED_TOKEN) as hub:
        yield hub


@pytest.fixture
def reader(hub: Hub, tmp_path: Path) -> Reader:
    return Reader(tmp_path, hub.url)


@pytest.fixture
def alone(tmp_path: Path) -> Reader:
    """Reads where no hub is."""
    return Reader(tmp_path, NOWHERE)


@pytest.mark.parametrize("path", COLUMNS)
@pytest.mark.parametrize("streaming", [False, True], ids=["stored", "streaming"])
def test_the_rows_of_a_repository_are_read(hub: Hub, reader: Reader, path: str, streaming: bool) -> None:
    answer = reader.hub(path, streaming=streaming)
    assert answer == {"revision": hub.repositories[path].commit, "rows": COLUMNS[path]}


def test_configs_and_splits_are_chosen_and_concatenated(reader: Reader) -> None:
    source = {"type": "huggingface", "path": "McAuley-Lab/Amazon-Reviews-2023", "split": "full"}
    answer = reader.read(
        {**source, "name": "raw_meta_Appliances"}, {**source, "name": "raw_meta_All_Beauty", "tag": "Beauty"}
    )
    assert [(row.pop("source"), row) for row in answer["rows"]] == [
        ("McAuley-Lab/Amazon-Reviews-2023/raw_meta_Appliances", data.APPLIANCES[0]),
        ("McAuley-Lab/Amazon-Reviews-2023/raw_meta_Appliances", data.APPLIANCES[1]),
        ("Beauty", data.ALL_BEAUTY[0]),
    ]


def test_the_text_of_a_card_is_read_once_and_its_metadata_left(hub: Hub, reader: Reader) -> None:
    head = b"license: mit\nconfigs: [{config_name: default, data_files: rows.jsonl}]\n"
    card = b"---\n" + head + b"---\n# Talks\n\nOf two *people*.\n"
    hub.repositories["me/talks"] = Repository({"README.md": card, "rows.jsonl": b'{"text": "a"}\n'})
    source = {"type": "huggingface", "path": "me/talks"}
    answer = reader.read(source, {**source, "tag": "again"})
    assert answer["card"] == "# Talks\n\nOf two *people*."
    assert [row["text"] for row in answer["rows"]] == ["a", "a"]


class Folder:
    """Reads a folder in the Hub's layout, called `local`; no hub is asked."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: dict[str, bytes]) -> None:
        for name, content in files.items():
            path = self.root / "local" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def open(self, kind: str = "huggingface", path: str = "local", **fields: Any) -> Source:
        entry = {"slug": "a", "title": "A", "source": {"type": kind, "path": path, "tag": "t", **fields}}
        return open_source(parse_config(json.dumps({"datasets": [entry]})).datasets[0].source, self.root)

    def rows(self, **fields: Any) -> list[dict[str, Any]]:
        rows = list(self.open(**fields).rows())
        assert {row.pop("source") for row in rows} == {"t"}
        return rows


@pytest.fixture
def local(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize("kind", ["huggingface", "file"])
@pytest.mark.parametrize("path", COLUMNS)
def test_a_local_folder_in_the_layout_of_the_hub_is_read(local: Folder, kind: str, path: str) -> None:
    local.write(data.repositories()[path].files)
    assert local.rows(kind=kind, path="./local") == COLUMNS[path]


def test_rows_of_conversations_in_the_usual_columns_are_rows(local: Folder) -> None:
    said = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "yes"}]
    row = {"id": "007", "model": "m", "system_prompt": "s", "messages": said}
    local.write({"train.jsonl": json.dumps({**row, "source": "web"}).encode()})
    assert local.rows() == [{**row, "original_source": "web"}]


def test_words_for_nothing_in_a_csv_are_words(local: Folder) -> None:
    local.write({"train.csv": b"id,text\n1,NA\n2,null\n3,\n"})
    assert [row["text"] for row in local.rows()] == ["NA", "null", None]


def test_a_column_whose_values_were_changed_is_told(local: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(-1)
    local.write({"train.jsonl": b'{"id": "007", "text": "a"}\n{"id": 7, "text": "b"}\n'})
    with report.listening():
        local.rows()
    assert "local: id holds values of several kinds" in capsys.readouterr().err
    with report.listening():
        assert [row["id"] for row in local.rows(data_files="*.jsonl")] == ["007", 7]
    assert report.warnings == 1


def test_the_content_of_a_local_folder_decides_its_revision(local: Folder) -> None:
    local.write(data.repositories()["LDJnr/Puffin"].files)
    before = local.open().revision()
    local.write({".cache/x": b"hidden"})
    assert local.open().revision() == before
    local.write({"README.md": b"# Changed"})
    assert local.open().revision() != before


def test_a_local_folder_has_configs_splits_and_files(local: Folder) -> None:
    local.write(data.repositories()["McAuley-Lab/Amazon-Reviews-2023"].files)
    assert local.rows(name="raw_meta_Appliances", split="full") == data.APPLIANCES
    assert local.rows(data_files="*_All_*/*.parquet") == data.ALL_BEAUTY
    with pytest.raises(SourceError, match="local has no split 'train': full") as caught:
        local.rows(name="raw_meta_Appliances")
    assert caught.value.field == "source[0].split"


@pytest.mark.parametrize("path", ["./nowhere", "/nowhere/at/all", "~nobody/x"])
def test_a_folder_that_is_not_there_is_told(local: Folder, path: str) -> None:
    with pytest.raises(SourceError, match=r"^there is no folder") as caught:
        local.open(path=path)
    assert caught.value.field == "source[0].path"


ERRORS = {
    "missing repository": (
        {"path": "LDJnr/Muffin"},
        "path",
        "there is no dataset LDJnr/Muffin on the Hub, or it is private: correct the name, or log in with "
        "`hf auth login`",
    ),
    "no name of a repository": (
        {"path": "a/b/c"},
        "path",
        "'a/b/c' is neither a folder nor a name on the Hub such as owner/name",
    ),
    "missing revision": (
        {"path": "LDJnr/Puffin", "revision": "v9"},
        "revision",
        "LDJnr/Puffin has no such revision",
    ),
    "missing config": (
        {"path": "McAuley-Lab/Amazon-Reviews-2023", "name": "raw_meta_Toys"},
        "name",
        "McAuley-Lab/Amazon-Reviews-2023 has no config 'raw_meta_Toys': raw_meta_All_Beauty, raw_meta_Appliances",
    ),
    "no config": (
        {"path": "McAuley-Lab/Amazon-Reviews-2023"},
        "name",
        "McAuley-Lab/Amazon-Reviews-2023 has several configs; name one: raw_meta_All_Beauty, raw_meta_Appliances",
    ),
    "missing split": (
        {"path": "someone/splits", "split": "validation"},
        "split",
        "someone/splits has no split 'validation': train, test",
    ),
    "missing file": (
        {"path": "LDJnr/Puffin", "data_files": "nothing/*.jsonl"},
        "data_files",
        "LDJnr/Puffin: no file 'nothing/*.jsonl'",
    ),
    "missing file, streaming": (
        {"path": "LDJnr/Puffin", "data_files": "nothing/*.jsonl", "streaming": True},
        "data_files",
        "no file matches hf://datasets/LDJnr/Puffin@",
    ),
    "a program": (
        {"path": "original/Amazon-Reviews-2023", "name": "raw_meta_Appliances"},
        "path",
        "original/Amazon-Reviews-2023 is a program, and no code of a repository is run; name its files in data_files",
    ),
    "a row with too many fields": (
        {"path": "someone/mixed"},
        "path",
        "someone/mixed cannot be read as a table: ParserError: ",
    ),
    "no data": ({"path": "someone/nothing"}, "path", "someone/nothing holds no data file of a format that is known"),
    "strange split": (
        {"path": "someone/splits", "split": "train["},
        "path",
        "someone/splits cannot be read as a table",
    ),
}


@pytest.mark.parametrize(("fields", "field", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_what_is_missing_is_told_with_what_is_there(
    reader: Reader, fields: dict[str, Any], field: str, message: str
) -> None:
    answer = reader.read({"type": "huggingface", **fields})
    assert answer["error"].startswith(message)
    assert "\n" not in answer["error"]
    assert answer["field"] == f"source[0].{field}"


@pytest.mark.parametrize("streaming", [False, True], ids=["stored", "streaming"])
def test_repository_files_are_read_by_row_and_no_code_is_run(hub: Hub, reader: Reader, streaming: bool) -> None:
    files = "raw/meta_categories/*.jsonl"
    answer = reader.hub("original/Amazon-Reviews-2023", data_files=files, streaming=streaming)
    assert answer["rows"] == data.MIXED
    # The newest commit is asked for once: the key and the rows are of the same one.
    assert hub.requests.count("GET /api/datasets/original/Amazon-Reviews-2023") == 1
    assert not [each for each in hub.requests if "/main" in each]


def test_a_gated_repository_is_explained_and_read_with_a_login(hub: Hub, reader: Reader) -> None:
    source = {"type": "huggingface", "path": "someone/gated"}
    error = f"someone/gated is gated: accept its terms at {hub.url}/datasets/someone/gated and log in with "
    for token in ({}, {"HF_TOKEN": "hf_of_someone_else"}):
        assert reader.read(source, **token) == {"error": f"{error}`hf auth login`", "field": "source[0].path"}
        assert "hf_of_someone_else" not in reader.said
    answer = reader.read(source, HF_TOKEN=GATED_TOKEN)
    assert answer["rows"] == [{"text": "secret"}]
    assert GATED_TOKEN in hub.tokens
    assert GATED_TOKEN not in json.dumps(answer) + reader.said


def test_another_commit_is_another_revision_and_gives_its_rows(hub: Hub, reader: Reader) -> None:
    first = reader.hub("LDJnr/Puffin")
    hub.repositories["LDJnr/Puffin"] = Repository({"Puffin.jsonl": data.lines(data.PUFFIN[:1])})
    second = reader.hub("LDJnr/Puffin")
    assert second["revision"] != first["revision"]
    assert second["rows"] == data.PUFFIN[:1]


@pytest.mark.parametrize(
    ("fields", "environment"),
    [({}, {"HF_HUB_OFFLINE": "1"}), ({"data_files": "*.jsonl"}, {"HF_HUB_OFFLINE": "1"}), ({}, {})],
    ids=["split", "files", "no network"],
)
def test_without_the_hub_a_stored_copy_is_used_and_said(
    hub: Hub, reader: Reader, alone: Reader, fields: dict[str, Any], environment: dict[str, str]
) -> None:
    source = {"type": "huggingface", "path": "LDJnr/Puffin", **fields}
    before = reader.read(source)
    assert alone.read(source, **environment) == before
    assert "warning: the Hub cannot be reached; LDJnr/Puffin is taken as it is stored here" in alone.said
    assert before["revision"] in alone.said


@pytest.mark.parametrize("fields", [{}, {"data_files": "*.jsonl"}, {"streaming": True}])
def test_without_the_hub_and_without_a_copy_that_is_told(alone: Reader, fields: dict[str, Any]) -> None:
    answer = alone.hub("LDJnr/Puffin", **fields)
    assert answer["error"].startswith("LDJnr/Puffin: the Hub cannot be reached or the connection broke (")
    assert answer["field"] == "source[0].path"


def test_offline_no_other_commit_is_taken_for_the_one_asked_for(reader: Reader, alone: Reader) -> None:
    reader.hub("LDJnr/Puffin")
    source = {"type": "huggingface", "path": "LDJnr/Puffin", "revision": "0" * 40}
    answer = alone.read(source, HF_HUB_OFFLINE="1")
    assert "only another commit than 0000" in answer["error"]


@pytest.mark.parametrize(
    "fields", [{}, {"data_files": "x.jsonl"}, {"streaming": True}], ids=["split", "files", "streaming"]
)
def test_a_connection_that_breaks_once_is_taken_up_again(hub: Hub, reader: Reader, fields: dict[str, Any]) -> None:
    hub.breaks["x.jsonl"] = 1
    answer = reader.hub("someone/large", **fields)
    assert [row["n"] for row in answer["rows"]] == list(range(2000))
    assert hub.breaks["x.jsonl"] == 0


@pytest.mark.parametrize("fields", [{}, {"data_files": "x.jsonl"}], ids=["split", "files"])
def test_a_broken_connection_is_told_and_the_next_build_goes_on(
    hub: Hub, reader: Reader, fields: dict[str, Any]
) -> None:
    hub.breaks["x.jsonl"] = 1000
    answer = reader.hub("someone/large", **fields)
    assert "the Hub cannot be reached or the connection broke" in answer["error"]
    hub.breaks.clear()
    assert len(reader.hub("someone/large", **fields)["rows"]) == 2000


INIT = {
    "LDJnr/Puffin": ({"path": "LDJnr/Puffin"}, {"text": "conversations", "turns": {}, "id": "id"}),
    "teknium/openhermes": (
        {"path": "teknium/openhermes"},
        {"turns": {"columns": ["instruction", "input", "output"]}, "title": "instruction"},
    ),
    "McAuley-Lab/Amazon-Reviews-2023": (
        {"path": "McAuley-Lab/Amazon-Reviews-2023", "name": "raw_meta_All_Beauty", "split": "full"},
        {"text": ["title", "features", "description", "details"], "id": "parent_asin", "title": "title"},
    ),
}


@pytest.mark.parametrize(("path", "wanted"), INIT.items(), ids=INIT)
def test_a_gallery_is_started_from_a_repository(hub: Hub, tmp_path: Path, path: str, wanted: Any) -> None:
    done = init(tmp_path, path, hub.url)
    assert done.returncode == 0, done.stderr
    (entry,) = YAML(typ="safe").load((tmp_path / "datasets.yaml").read_text("utf-8"))["datasets"]
    source, documents = wanted
    assert entry["source"] == {"type": "huggingface", **source}
    assert {key: entry["documents"].get(key) for key in documents} == documents
    assert parse_config((tmp_path / "datasets.yaml").read_text("utf-8")).datasets


@pytest.mark.parametrize(
    ("path", "message"),
    [("someone/gated", "is gated"), ("someone/not-there", "there is no dataset"), ("someone/nothing", "no data file")],
)
def test_a_repository_that_cannot_be_read_starts_nothing(hub: Hub, tmp_path: Path, path: str, message: str) -> None:
    done = init(tmp_path, path, hub.url)
    assert done.returncode == 1
    assert message in done.stderr.splitlines()[-1]
    assert not (tmp_path / "datasets.yaml").exists()


def init(folder: Path, path: str, endpoint: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    home = {"HF_HOME": str(folder / "home"), "HF_ENDPOINT": endpoint, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "sitegen", "init", "--from", path]
    return subprocess.run(
        command, cwd=folder, env={**kept, **home}, capture_output=True, text=True, timeout=120, check=False
    )
