"""Words that are planted where they must not become public, and every published byte in which they are looked for."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow.parquet as pq

from benchmarks.trust.project import build_in_child, make_project, write_config
from benchmarks.trust.report import paragraph, verdict
from sitegen.site.search.tokens import fold

SHARD = re.compile(r'sitegenShard\("[^"]*","([^"]*)"\);')


def read_site(folder: Path) -> Iterator[tuple[str, str]]:
    """Every published byte as text: pages, unpacked shards, rows and metadata of tables; and the names of files."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        yield name, name
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            yield name, f"{table.to_pydict()} {table.schema.metadata} {pq.read_metadata(path)}"
        elif path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            yield name, text
            for packed in SHARD.findall(text):
                yield name, gzip.decompress(base64.b64decode(packed)).decode("utf-8", "replace")


def leaks(folder: Path, planted: list[str]) -> dict[str, list[str]]:
    """Files in which planted words stand: as they are, folded, or as HTML, JSON or an address writes them."""
    found: dict[str, list[str]] = {}
    for name, text in read_site(folder):
        plain = fold(" ".join((text, html.unescape(text), unquote(text), _unescaped(text))))
        for word in planted:
            if fold(word) in plain:
                found.setdefault(word, []).append(name)
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)


@dataclass(frozen=True)
class Case:
    """Settings, what is planted into each row by its number, and what must be nowhere afterwards.

    Attributes:
        row: values of columns; `text` is put before or after the text that is there.
        public: what must be found all the same, or nothing has been tried.
    """

    what: str
    settings: dict[str, Any]
    row: dict[str, str]
    hidden: list[str]
    public: list[str] = field(default_factory=list)
    documents: dict[str, Any] = field(default_factory=dict)


PERSON = "Zorbek{n} Quillfeather{n}"
MAIL = "zorbek.quillfeather77@mail.vexwood.example"
PHONE = "+49 30 998877 665544"
FILLER = "and then there was nothing to say but words " * 8
CASES = (
    Case(
        "`text: none`: a sentence of its own in every text",
        {"privacy": {"text": "none"}},
        {"text": f"{PERSON} was here. {{text}}"},
        ["zorbek", "quillfeather", "was here"],
        ["Document 1"],
    ),
    Case(
        "`text: snippet`: a sentence after the 300th character",
        {"privacy": {"text": "snippet"}},
        {"text": f"{{text}} {FILLER} {PERSON}"},
        ["zorbek", "quillfeather"],
        ["nothing to say"],
    ),
    Case(
        "columns that are read but not published, and columns that are not read",
        {"privacy": {"text": "full"}},
        {"note": PERSON, "other": "Vexwood{n}", "score": "{n}.71828"},
        ["zorbek", "quillfeather", "vexwood", ".71828"],
        ["kind 1"],
        {"columns": {"note": "text", "score": "number"}},
    ),
    Case(
        "`redact: [emails]`: one address in every third text, title and category; also its parts as keywords and names",
        {"privacy": {"text": "full", "redact": ["emails"]}},
        {"text": f"{MAIL} {{text}} {MAIL}", "head": f"Title {{n}} {MAIL}", "kind": f"{{kind}} {MAIL}"},
        ["zorbek", "quillfeather77", "vexwood", "mail.vexwood"],
        ["[email]", "Title 7"],
        {"title": "head"},
    ),
    Case(
        "`redact: [phones, urls, pattern]`: a number, a link and a name of one's own; the pattern itself",
        {"privacy": {"text": "full", "redact": ["phones", "urls", {"pattern": r"Zorbek\s+Quillfeather"}]}},
        {"text": "{text} Zorbek Quillfeather, +49 30 998877 665544, https://vexwood.example/room/x9y8z7"},
        ["zorbek", "quillfeather", "998877", "665544", "vexwood", "x9y8z7"],
        ["[redacted]", "[phone]", "[link]", "1 pattern of its own"],
    ),
    Case(
        "the same, with texts in chunks of 60 characters, whose borders cut every name, number and link somewhere",
        {"privacy": {"text": "full", "redact": ["emails", "phones", "urls", {"pattern": r"Zorbek\s+Quillfeather"}]}},
        {"text": f"{{pad}}{{text}} {{pad}}Zorbek Quillfeather {MAIL} {PHONE} https://vexwood.example/x9y8z7 end"},
        ["zorbek", "quillfeather", "998877", "665544", "vexwood", "x9y8z7"],
        ["[redacted]", "[phone]", "[link]", "[email]"],
        {"chunk": {"chars": 60}, "min_chars": 1},
    ),
)


def publish(case: Case, root: Path) -> tuple[Path, str]:
    """The site of a case, and what the build said."""
    make_project(root)
    rows = [json.loads(line) for line in (root / "rows.jsonl").read_text("utf-8").splitlines()]
    for number, row in enumerate(rows):
        plants = {name: value.format(n=number, pad="x " * (number % 30), **row) for name, value in case.row.items()}
        if number % 3 == 0 or "{n}" in "".join(case.row.values()):
            row.update(plants)
        row.setdefault("head", f"Title {number}")
    (root / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    settings = dict(case.settings)
    if "chunk" in case.documents:  # a vector is given for each row, not for each chunk
        settings["embeddings"] = {}
    write_config(root, documents=case.documents, **settings)
    told = build_in_child(root)
    if told.code:
        raise RuntimeError(told.text)
    return root / "build", told.text


def section(folder: Path) -> Iterator[str]:
    """The report's lines about privacy."""
    problems: list[str] = []
    yield "| planted into 300 documents | words sought | files read | found |"
    yield "|---|---|---|---|"
    for number, case in enumerate(CASES):
        site, _ = publish(case, folder / str(number))
        found, texts = leaks(site, case.hidden), list(read_site(site))
        everything = " ".join(text for _, text in texts)
        problems += [f"{case.what}: {word!r} is in {', '.join(files[:5])}" for word, files in found.items()]
        problems += [f"{case.what}: {each!r} is not public either" for each in case.public if each not in everything]
        yield f"| {case.what} | {len(case.hidden)} | {len({name for name, _ in texts})} | {len(found)} |"
    yield ""
    yield from paragraph("""
        All files of `build/` and their names were searched: shards and tables unpacked, letters folded as in the
        search, HTML, JSON and addresses decoded. Pictures contain points, not texts. No model names topics here; its
        answers would be masked by the same functions.
    """)
    yield from verdict(problems)
