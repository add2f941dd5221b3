"""Reads `edits/<slug>.yaml`: what is wrong in it, and what in it contradicts itself, with file, line and column."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml.nodes import Node

from sitegen.config.edits import (
    ColorEdit,
    DeleteEdit,
    EditsFile,
    HideEdit,
    MergeEdit,
    MoveEdit,
    NoteEdit,
    OrderEdit,
    ParentEdit,
    RenameEdit,
    SplitEdit,
    name_key,
)
from sitegen.config.loader import Location, parse_section, place, read_config
from sitegen.errors import ConfigError

FOLDER = "edits"
MAX_BYTES = 20_000_000
MAX_NODES = 500_000
Problem = tuple[Location, str]


@dataclass(frozen=True)
class Edits:
    """The edits of one dataset.

    Attributes:
        file: what the file says.
        path: its path as messages name it.
        root: the nodes of its YAML.
    """

    file: EditsFile
    path: str
    root: Node

    def place(self, *location: str | int) -> str:
        """Return `file:line:column: field` of a part of the file."""
        kind = [self.file.edits[at].type for at in location[1:2] if isinstance(at, int)]
        return place(self.root, (*location[:2], *kind, *location[2:]), self.path)


def edits_path(root: Path, slug: str) -> Path:
    """Return where the edits of a dataset are, beside the project's `datasets.yaml`."""
    return root / FOLDER / f"{slug}.yaml"


def read_edits(root: Path, slug: str) -> Edits | None:
    """Return the edits of a dataset; None where there is no file, or no edit in it.

    Raises:
        ConfigError: with a line for each problem.
    """
    path = edits_path(root, slug)
    if not path.exists():
        return None
    edits = parse_edits(read_config(path, MAX_BYTES), shown_path(path), slug)
    return edits if edits.file.edits else None


def shown_path(path: Path) -> str:
    """Return the path of a file of edits as messages name it: from the working directory, if it is below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


@lru_cache(maxsize=8)
def parse_edits(text: str, name: str, slug: str) -> Edits:
    """Validate the text of a file of edits; `name` is its name in messages. The last few results are kept.

    Raises:
        ConfigError: with a line for each problem.
    """
    file, root = parse_section(text, name, EditsFile, "`dataset:` and a list `edits:`", MAX_NODES)
    edits = Edits(file, name, root)
    problems = list(find_problems(file, slug))
    if problems:
        raise ConfigError("\n".join(f"{edits.place(*where)}: {told}" for where, told in problems))
    return edits


def find_problems(file: EditsFile, slug: str) -> Iterator[Problem]:
    """Yield what contradicts itself in a file: where, and what."""
    if file.dataset != slug:
        yield ("dataset",), f"these are the edits of {file.dataset!r}, but the file is named after {slug!r}"
    gone: dict[int, str] = {}
    yield from _merge_problems(file, gone)
    for at, edit in enumerate(file.edits):
        if isinstance(edit, HideEdit | DeleteEdit):
            for topic in edit.topics:
                if topic in gone:
                    yield ("edits", at, "topics"), f"topic {topic} is {gone[topic]} already; keep one of the two"
                gone.setdefault(topic, f"{'hidden' if isinstance(edit, HideEdit) else 'deleted'} by edits[{at}]")
    yield from _lost_problems(file, gone)
    yield from _twice_problems(file, gone)
    yield from _document_problems(file)


def _merge_problems(file: EditsFile, gone: dict[int, str]) -> Iterator[Problem]:
    """Yield what is wrong with merges; adds to `gone` the topics that are merged."""
    into: dict[int, int] = {}
    for at, edit in enumerate(file.edits):
        if not isinstance(edit, MergeEdit):
            continue
        others = [topic for topic in edit.topics if topic != edit.into]
        if not others:
            yield ("edits", at, "topics"), f"only topic {edit.into} itself; name the topics that become part of it"
        for topic in others:
            if topic in into and into[topic] != edit.into:
                yield ("edits", at, "topics"), f"topic {topic} is merged into {into[topic]} and into {edit.into}"
                continue
            into[topic] = edit.into
            gone[topic] = f"merged into {edit.into} by edits[{at}]"
            way = [topic]
            while way[-1] in into and into[way[-1]] not in way:
                way.append(into[way[-1]])
            if way[-1] in into:
                circle = " -> ".join(map(str, [*way, into[way[-1]]]))
                yield ("edits", at, "topics"), f"merges go round in a circle: {circle}"
                del into[topic]
                del gone[topic]


def _lost_problems(file: EditsFile, gone: dict[int, str]) -> Iterator[Problem]:
    """Yield edits that say something of a topic that another takes away."""
    for at, edit in enumerate(file.edits):
        said: dict[str, tuple[int, ...]] = {}
        if isinstance(edit, RenameEdit | ColorEdit | NoteEdit):
            said = {"topic": (edit.topic,)}
        elif isinstance(edit, OrderEdit | ParentEdit):
            said = {"topics": edit.topics}
        elif isinstance(edit, MoveEdit) and isinstance(edit.to, int):
            said = {"to": (edit.to,)}
        elif isinstance(edit, MergeEdit) and "merged" not in gone.get(edit.into, ""):
            said = {"into": (edit.into,)}
        for key, topics in said.items():
            for topic in topics:
                if topic in gone:
                    yield ("edits", at, key), f"topic {topic} is {gone[topic]}; keep one of the two"


def _twice_problems(file: EditsFile, gone: Collection[int]) -> Iterator[Problem]:
    """Yield what two edits say differently of one topic, and names that two topics would have which are not gone."""
    said: dict[tuple[str, int], int] = {}
    names: dict[str, int] = {}
    new: set[int] = set()
    for at, edit in enumerate(file.edits):
        facts: list[tuple[str, str, int]] = []
        if isinstance(edit, RenameEdit | MergeEdit | SplitEdit):
            topic = edit.into if isinstance(edit, MergeEdit) else edit.topic
            topic = edit.new_id if isinstance(edit, SplitEdit) else topic
            facts = [(key, key, topic) for key in ("name", "description") if getattr(edit, key) is not None]
            if edit.name is not None and topic not in gone:
                other = names.setdefault(name_key(edit.name), topic)
                if other != topic:
                    yield ("edits", at, "name"), f"topic {other} has this name too; no two topics can"
        elif isinstance(edit, ColorEdit):
            facts = [("color", "color", edit.topic)]
        elif isinstance(edit, NoteEdit):
            facts = [("note", "note", edit.topic)]
        elif isinstance(edit, ParentEdit):
            facts = [("topics", "parent", topic) for topic in edit.topics]
        elif isinstance(edit, OrderEdit):
            facts = [("topics", "order", topic) for topic in edit.topics]
        for key, fact, topic in facts:
            if (fact, topic) in said:
                yield (
                    ("edits", at, key),
                    f"edits[{said[fact, topic]}] says the {fact} of topic {topic} already; keep one of the two",
                )
            said.setdefault((fact, topic), at)
        if isinstance(edit, SplitEdit):
            if edit.new_id in new:
                yield ("edits", at, "new_id"), f"another split makes the topic {edit.new_id}"
            new.add(edit.new_id)


def _document_problems(file: EditsFile) -> Iterator[Problem]:
    """Yield documents that two edits take to different topics."""
    target: dict[str, tuple[int | str, int]] = {}
    for at, edit in enumerate(file.edits):
        aim = edit.to if isinstance(edit, MoveEdit) else edit.new_id if isinstance(edit, SplitEdit) else None
        if aim is None:
            continue
        for number, document in enumerate(edit.documents_named):
            known = target.setdefault(document, (aim, at))
            if known[0] != aim:
                yield (
                    ("edits", at, "documents", number),
                    f"edits[{known[1]}] takes document {document[:60]!r} to {known[0]}, this one to {aim}",
                )


def named_topics(file: EditsFile) -> dict[int, int]:
    """Return the computed topics that a file names, and the first edit that names each."""
    new = {edit.new_id for edit in file.edits if isinstance(edit, SplitEdit)}
    found: dict[int, int] = {}
    for at, edit in enumerate(file.edits):
        for topic in edit.topics_named:
            if topic not in new:
                found.setdefault(topic, at)
    return found


def named_documents(file: EditsFile) -> list[str]:
    """Return the documents that a file lists."""
    return list(dict.fromkeys(document for each in file.edits for document in each.documents_named))
