"""The topics beyond the largest: names and places come in a shard of their own, keywords for the list in another.

So a page with 2,000 topics opens like one with 40.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sitegen.site.map.labels.placed_label import HOME_TIERS, Place, PlacedLabel
from sitegen.site.map.labels.placement import MOST_NAMED
from sitegen.site.map.palette import inks
from sitegen.site.map.parents import MapParent

if TYPE_CHECKING:
    from sitegen.site.map.summary import MapTopic

LISTED = 40
"""The topics that the page itself lists."""
COLORED = 1000
"""Of more topics colours and parents come with the points: those of 40,000 are 35 kB."""


def more_topics(topics: Sequence[MapTopic], labels: Sequence[PlacedLabel], named: int) -> dict[str, object]:
    """Return what the page loads when someone turns to the smaller topics.

    Args:
        topics: all, largest first.
        labels: placed names of topics, by rank.
        named: how many of these names the page itself holds.

    Returns:
        Tables as lists of columns, which compress better than rows. `topics`: of each beyond `LISTED` id, name, size,
        x, y, radius; `labels`: of each beyond `named` id, number of letters in each of its lines, size of its
        letters, and its places: the tier from which each holds, then x and y, y up, and those of its line's end if it
        has one; nothing but the tier from where on it does not show.
    """
    return {
        "topics": _columns(
            (topic.id, topic.name, topic.size, topic.x, topic.y, topic.radius) for topic in topics[LISTED:]
        ),
        "labels": _columns(
            (
                topics[label.topic].id,
                list(map(len, label.type.lines)),
                label.type.size,
                [packed_place(place) for place in label.places],
            )
            for label in labels[named:MOST_NAMED]
        ),
    }


def packed_place(place: Place) -> list[float]:
    """Return a place as the page's script reads it."""
    digits = 4 if place.tier < len(HOME_TIERS) else 5
    return [place.tier, *(round(value, digits) for value in (*(place.spot or ()), *(place.leader or ())))]


def more_keywords(topics: Sequence[MapTopic]) -> list[tuple[object, ...]]:
    """Return the keywords of each topic beyond `LISTED`, and what its name is marked with."""
    marks = {"keywords", "editors", "predefined"}
    return _columns(
        (", ".join(topic.keywords), topic.named_by if topic.named_by in marks else "") for topic in topics[LISTED:]
    )


def _columns(rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return list(zip(*rows, strict=True))


def groups(parents: Sequence[MapParent], count: int) -> list[tuple[MapParent | None, list[int]]]:
    """Return the ranks of the topics that the page lists, under their parents; those without one in a last group."""
    inside = {topic for parent in parents for topic in parent.topics}
    found: list[tuple[MapParent | None, list[int]]] = [
        (parent, [topic for topic in parent.topics if topic < LISTED]) for parent in parents
    ]
    if len(inside) < count:
        found.append((None, [topic for topic in range(min(count, LISTED)) if topic not in inside]))
    return found


def palette_of(topics: Sequence[MapTopic]) -> dict[str, list[Any]]:
    """Return the colours of topics, `palette`, and `inks`: those of names in them, on a light and on a dark map."""
    palette = sorted({topic.color for topic in topics})
    return {"palette": palette, "inks": list(map(inks, palette))}


def by_id(topics: Sequence[MapTopic], parents: Sequence[MapParent]) -> dict[str, list[int | None]]:
    """Return the colour and parent of every topic in few bytes: points are painted before the smaller topics are known.

    Returns:
        `colors`, `parents`: by id, the number of the topic's colour in `palette_of`, and of its parent; None where no
        topic has the id, and where there are no parents.
    """
    slot = {color: number for number, color in enumerate(palette_of(topics)["palette"])}
    size = max((topic.id for topic in topics), default=-1) + 1
    colors: list[int | None] = [None] * size
    of_parent: list[int | None] = [None] * (size if parents else 0)
    for topic in topics:
        colors[topic.id] = slot[topic.color]
    for number, parent in enumerate(parents):
        for rank in parent.topics:
            of_parent[topics[rank].id] = number
    return {"colors": colors, "parents": of_parent}
