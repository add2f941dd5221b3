"""Writes changed edits into the text of a file of edits; what is not changed stays as it is written, with its comments.

An edit is the lines from its dash to its end, and the comment right above it. Each is known by where the parser found
it, so only what changes is written, however long the file is.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sitegen.commands.serve.settle import Item, retire, settle, take_back
from sitegen.config.edits_file import Edits, parse_edits
from sitegen.errors import ConfigError

RETIRED = "# this was said of a topic that is gone, whose number another topic has now"


@dataclass(frozen=True)
class Piece:
    """The lines of one edit.

    Attributes:
        above: empty lines and comments above it that stay without it.
        comment: the comment right above it.
        body: the edit, from its dash on.
    """

    above: str
    comment: str
    body: str


@dataclass(frozen=True)
class Pieces:
    """A file of edits; its parts one after the other are its text.

    Attributes:
        indent: spaces before each dash.
    """

    head: str
    edits: list[Piece]
    tail: str
    indent: int = 2


def change_edits(
    text: str,
    slug: str,
    name: str,
    added: Sequence[Item],
    taken_back: Sequence[Item] = (),
    gone: Collection[int] = (),
) -> str:
    """Return the text with more edits. What they take back of earlier ones goes, so that nothing contradicts them.

    Args:
        text: the file, empty if there is none.
        name: its name in messages.
        taken_back: what is no longer said of a topic: its number `topic`, and `type`, which is `description` or a type
            of edit of single topics.
        gone: topics that the build lost and whose numbers new edits mean otherwise; earlier edits of them become
            comments.

    Raises:
        ConfigError: the text is no file of edits before, or with the edits.
    """
    text = text if text.strip() else f"dataset: {slug}\nedits:\n"
    known = parse_edits(text, name, slug)
    pieces = split_text(text, known)
    before: list[Item] = [each.model_dump(mode="json", exclude_unset=True) for each in known.file.edits]
    items = copy.deepcopy(before)
    edits = list(items)
    retire(edits, gone)
    current = {id(edit) for edit in edits}
    cut = {id(item) for item, was in zip(items, before, strict=True) if item != was}
    for each in taken_back:
        take_back(edits, each["type"], each["topic"])
    for each in added:
        settle(edits, dict(each))
    old, kept = {id(item) for item in items}, {id(edit) for edit in edits}
    parts = [pieces.head]
    for piece, item, was in zip(pieces.edits, items, before, strict=True):
        parts.append(piece.above)
        note = f"{' ' * pieces.indent}{RETIRED}\n"
        if id(item) not in current or id(item) in cut:
            comment = "" if id(item) in kept else piece.comment
            parts += [note, _as_comment(comment + piece.body, pieces.indent), "\n"]
        if id(item) in kept:
            parts += [piece.comment, piece.body if item == was else _rewritten(piece.body, item, pieces.indent)]
    parts += [_written([edit], pieces.indent) for edit in edits if id(edit) not in old]
    changed = "".join([*parts, pieces.tail])
    parse_edits(changed, name, slug)
    return changed


def split_text(text: str, edits: Edits) -> Pieces:
    """Return the parts of a file of edits.

    Raises:
        ConfigError: its list of edits is written so that lines do not tell the edits apart.
    """
    found = [pair for pair in edits.root.value if pair[0].value == "edits"]
    if not found:
        return Pieces(text.rstrip("\n") + "\nedits:\n", [], "")
    key, value = found[0]
    if isinstance(value, ScalarNode) or not value.value:  # none yet, such as `[]`
        text = text[: value.start_mark.index].rstrip(" ") + text[value.end_mark.index :]
        end = _line_end(text, key.end_mark.index)
        return Pieces(text[:end], [], text[end:])
    if _in_brackets(edits.root) or _in_brackets(value) or any(_anchors(edits.root)):
        where = edits.place("edits")
        raise ConfigError(f"{where}: edits in brackets, anchors and aliases can be changed by hand only")
    head = end = _line_end(text, key.end_mark.index)
    pieces = []
    for node in value.value:
        gap = text[end : node.start_mark.index]
        dash = end + [line.start() for line in re.finditer(r"^ *-", gap, re.MULTILINE)][-1]
        lines = text[end:dash].splitlines(keepends=True)
        own = next((at for at in range(len(lines), 0, -1) if not lines[at - 1].strip()), 0)
        end = _end_of(node, text)
        body = text[dash:end]
        pieces.append(Piece("".join(lines[:own]), "".join(lines[own:]), body if body.endswith("\n") else f"{body}\n"))
    return Pieces(text[:head], pieces, text[end:], len(pieces[0].body) - len(pieces[0].body.lstrip(" ")))


def _end_of(node: Node, text: str) -> int:
    """Return where the last line of a node ends, after a comment in it."""
    while isinstance(node, MappingNode | SequenceNode) and not _in_brackets(node) and node.value:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    end: int = node.end_mark.index
    return end if text[end - 1] == "\n" else _line_end(text, end)


def _line_end(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def _in_brackets(node: Node) -> bool:
    return isinstance(node, MappingNode | SequenceNode) and bool(node.flow_style)


def _anchors(node: Node) -> Iterator[bool]:
    yield bool(node.anchor)
    if isinstance(node, MappingNode | SequenceNode):
        for part in node.value:
            for each in part if isinstance(part, tuple) else (part,):
                yield from _anchors(each)


def _as_comment(text: str, indent: int) -> str:
    lines = (line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in text.splitlines())
    return "".join(f"{' ' * indent}# {line}\n" for line in lines)


def _rewritten(body: str, edit: Item, indent: int) -> str:
    """Return the lines of an edit that was changed; comments in it stay."""
    items = _yaml(indent).load(body)
    written = items[0]
    for key in [key for key in written if key not in edit]:
        del written[key]
    for key, value in edit.items():
        known = written.get(key)
        if isinstance(known, list) and isinstance(value, list):  # comments in it stay, and how it is written
            for each in set(known).difference(value):
                known.remove(each)
            known.extend([each for each in value if each not in known])
        if known != value:
            written[key] = value
    return _written(items, indent)


def _written(items: list[Any], indent: int) -> str:
    file = io.StringIO()
    _yaml(indent).dump(items, file)
    return file.getvalue()


def _yaml(indent: int) -> YAML:
    """Return what reads and writes lists with so many spaces before each dash."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=indent + 2, offset=indent)
    yaml.width = 110
    yaml.preserve_quotes = True
    return yaml
