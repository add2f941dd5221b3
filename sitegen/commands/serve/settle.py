"""Adds edits to a list, and takes back what they contradict in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

Item = dict[str, Any]
SAYING = ("rename", "color", "note")
"""Edits of one topic, which mean nothing once it is gone."""
WORDS = {"name", "description"}
BY = ("who", "why")
"""What edits of different people differ in, so that neither becomes part of the other."""


def settle(edits: list[Item], edit: Item) -> None:
    """Add an edit to a list, and take back what it contradicts."""
    kind = edit.get("type")
    if kind == "rename":
        known = next((each for each in edits if each["type"] == kind and each["topic"] == edit.get("topic")), None)
        if known is None:
            _unname(edits, edit.get("topic"), edit)
        else:
            _say(known, edit)
            return
        if not WORDS & edit.keys():
            return
    elif kind == "merge":
        gone = [topic for topic in edit["topics"] if topic != edit["into"]]
        _forget(edits, gone, edit["into"])
        _unname(edits, edit["into"], edit)
        merges = (each for each in edits if each["type"] == "merge" and each["into"] == edit["into"])
        same = next((each for each in merges if all(each.get(key) == edit.get(key) for key in BY)), None)
        if same is not None:
            same["topics"].extend(topic for topic in gone if topic not in same["topics"])
            _say(same, edit)
            return
    elif kind in ("hide", "delete"):
        edit["topics"] = _with_merged(edits, edit["topics"])
        _forget(edits, edit["topics"], "outside")
    elif kind == "move":
        _release(edits, edit["documents"], edit["to"])
    elif kind == "split" and edit.get("documents"):
        listed = (each for each in edits if each["type"] == kind and each["new_id"] == edit["topic"])
        edit["topic"] = next((each["topic"] for each in listed if "documents" in each), edit["topic"])
        _release(edits, edit["documents"], edit["new_id"])
    elif kind in ("color", "note"):
        known = next((each for each in edits if each["type"] == kind and each["topic"] == edit["topic"]), None)
        if known is not None:
            known.clear()
            known.update(edit)
            return
    elif kind in ("order", "parent"):
        for topic in edit["topics"]:
            take_back(edits, kind, topic)
        order = next((each for each in edits if each["type"] == kind == "order"), None)
        if order is not None:  # the one order of all, whoever added to it
            order["topics"].extend(edit["topics"])
            return
    edits.append(edit)


def retire(edits: list[Item], topics: Collection[int]) -> None:
    """Take out what is said of topics that are gone, and of what was split off from them: others have their numbers."""
    gone = set(topics)
    for each in edits:
        if each["type"] == "split" and each["topic"] in gone:
            gone.add(each["new_id"])
    for each in list(edits):
        about = each["to"] if each["type"] == "move" else each.get("into", each.get("topic"))
        if about in gone:
            _drop(edits, each)
        elif "topics" in each and gone & set(each["topics"]):
            _leave_out(edits, each, list(gone))


def take_back(edits: list[Item], kind: str, topic: int) -> None:
    """Take back what edits of a kind, or descriptions, say of a topic."""
    for each in list(edits):
        if kind == "description" and _named(each) == topic and kind in each:
            del each[kind]
            if each["type"] == "rename" and not WORDS & each.keys():
                _drop(edits, each)
        elif kind in ("color", "note") and each["type"] == kind and each["topic"] == topic:
            _drop(edits, each)
        elif kind in ("order", "parent") and each["type"] == kind:
            _leave_out(edits, each, [topic])


def _unname(edits: list[Item], topic: Any, edit: Item) -> None:
    """Take back what other edits say of a topic, where a new one says it; a split, which cannot be without, says it."""
    for each in list(edits):
        if _named(each) != topic:
            continue
        if each["type"] == "split" and WORDS & edit.keys():
            _say(each, edit)
            for key in WORDS & edit.keys():
                del edit[key]
            continue
        for key in WORDS & edit.keys() & each.keys():
            del each[key]
        if each["type"] == "rename" and not WORDS & each.keys():
            _drop(edits, each)


def _named(edit: Item) -> Any:
    """Return the topic that an edit can give a name and a description."""
    return {"rename": edit.get("topic"), "merge": edit.get("into"), "split": edit.get("new_id")}.get(edit["type"])


def _say(known: Item, edit: Item) -> None:
    """Put the words of a new edit into a known one; a new name is by those who give it."""
    for key in BY if "name" in edit else ():
        known.pop(key, None)
    known.update({key: edit[key] for key in ("name", "description", *BY) if key in edit})


def _forget(edits: list[Item], topics: list[int], now: int | str | None) -> None:
    """Take back what is said of topics that are gone; documents that were moved to them move to `now`, or stay."""
    for each in list(edits):
        if each["type"] in SAYING and each["topic"] in topics:
            _drop(edits, each)
        elif each["type"] in ("order", "parent", "hide", "delete"):
            _leave_out(edits, each, topics)
        elif each["type"] == "move" and each["to"] in topics:
            each["to"] = now
            if now is None:
                _drop(edits, each)


def _with_merged(edits: list[Item], topics: list[int]) -> list[int]:
    """Return the topics with those that were merged into them; takes these merges back."""
    found = list(topics)
    for topic in found:
        for each in [each for each in edits if each["type"] == "merge" and each["into"] == topic]:
            found += [other for other in each["topics"] if other not in found]
            _drop(edits, each)
    return found


def _release(edits: list[Item], documents: list[str], aim: int | str) -> None:
    """Take documents out of earlier moves, and of splits into another topic than `aim`."""
    released = set(documents)
    for each in list(edits):
        if each["type"] == "move" or (each["type"] == "split" and "documents" in each and each["new_id"] != aim):
            each["documents"] = [document for document in each["documents"] if document not in released]
            if not each["documents"]:
                _drop(edits, each)
                if each["type"] == "split":
                    _unsplit(edits, each["new_id"], each["topic"])


def _unsplit(edits: list[Item], topic: int, origin: int) -> None:
    """Take back what is said of a topic that is no longer split off from its origin."""
    _forget(edits, [topic], None)
    for each in list(edits):
        if each["type"] == "merge" and each["into"] == topic:
            _drop(edits, each)
        elif each["type"] == "merge":
            _leave_out(edits, each, [topic])
        elif each["type"] == "split" and each["topic"] == topic:
            each["topic"] = origin


def _leave_out(edits: list[Item], edit: Item, topics: list[int]) -> None:
    """Take topics out of an edit, and the edit if it is about no others."""
    edit["topics"] = [topic for topic in edit["topics"] if topic not in topics]
    if not set(edit["topics"]) - {edit.get("into")}:
        _drop(edits, edit)


def _drop(edits: list[Item], edit: Item) -> None:
    edits[:] = [each for each in edits if each is not edit]
