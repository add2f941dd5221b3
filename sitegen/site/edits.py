"""What the pages of a dataset know of people's edits."""

from __future__ import annotations

from dataclasses import dataclass, field

from sitegen.artifacts import Int32


@dataclass(frozen=True)
class EditorsWords:
    """What people say of a topic: who gave its name and why, who a description that came apart, and a note.

    Empty where nobody says so.
    """

    who: str = ""
    why: str = ""
    described_by: str = ""
    described_why: str = ""
    note: str = ""
    noted_by: str = ""
    noted_why: str = ""


@dataclass(frozen=True)
class Edited:
    """What the site knows of edits.

    Attributes:
        colors: pinned colours of topics by id, as `#rrggbb`.
        words: by id.
        redirects: pairs of the id of a topic that was merged and the id of the one that it is in now.
        hidden: how many more documents lie outside any topic than before the edits.
        computed: int32 (n,), topic of each document before the edits, -1 outside; None without edits.
    """

    colors: dict[int, str] = field(default_factory=dict)
    words: dict[int, EditorsWords] = field(default_factory=dict)
    redirects: tuple[tuple[int, int], ...] = ()
    hidden: int = 0
    computed: Int32 | None = None


NOTHING_SAID = EditorsWords()
NOTHING_EDITED = Edited()
