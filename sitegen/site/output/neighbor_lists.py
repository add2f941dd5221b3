"""Checks of the lists of documents closest in meaning: they are there, can be read, and name documents of the map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sitegen.site.output.check import MAP_DATA, Element
from sitegen.site.output.parts import shard_paths
from sitegen.site.output.shards import read_shard


def neighbor_problems(page: Path, elements: Iterable[Element]) -> Iterator[str]:
    """Yield what is wrong with the lists that a map's page reads, one line a file; `elements` are those of the page."""
    text = next((each.text for each in elements if each.attributes.get("id") == MAP_DATA), "{}")
    try:
        data = json.loads(text)
        documents, place = data["documents"], data["neighbors"]
    except (ValueError, KeyError, TypeError):
        return  # no map, but a page of the project's own
    if not place:
        return
    sets = [("neighbors", place["folder"], 0 if "now" in place else 2)]
    if "now" in place:
        sets.append(("neighbors-now", place["now"], 2))
    for name, folder, figures in sets:
        for number, start, end, path in shard_paths(folder, place["rows"], documents):
            try:
                known_as, payload = read_shard((page.parent / path).read_bytes())
                lists = json.loads(payload)
            except OSError:
                yield f"reads {path}, which is not there"
                continue
            except ValueError as error:
                yield f"reads {path}, which is damaged: {error}"
                continue
            right = known_as == f"{name}-{number}" and len(lists) == end - start
            paired = name == "neighbors-now"
            if not right or not all(
                _is_list_of(row, each, documents, figures, paired) for row, each in enumerate(lists, start)
            ):
                yield f"reads {path}, which does not fit its {documents:,} documents"


def _is_list_of(row: int, numbers: Any, documents: int, figures: int, paired: bool) -> bool:
    """Whether these are some of a document's neighbours, as storage rows.

    Args:
        figures: 2 if how many neighbours are kept, and how many there are, come first; else 0.
        paired: whether the place of each neighbour comes before it.
    """
    if not isinstance(numbers, list) or len(numbers) < figures or not all(isinstance(each, int) for each in numbers):
        return False
    near = numbers[figures + paired :: 1 + paired]
    kept, known = numbers[:2] if figures else (0, len(near))
    inside = all(0 <= each < documents and each != row for each in near)
    return 0 <= kept <= known and len(near) <= known and len(set(near)) == len(near) and inside
