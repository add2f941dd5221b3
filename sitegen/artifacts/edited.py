"""Topics after people's edits: which documents they have, and what became of each edit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitegen.artifacts.arrays import Int32, check_array
from sitegen.artifacts.records import EditedGroup, EditedWords, OutcomeRow


@dataclass(frozen=True)
class Membership:
    """Which documents are in which topic after people's edits: what the words of topics are made from.

    Attributes:
        assignment: int32 (n,), topic of each document by its rank after the edits, -1 outside.
        origins: of each topic, the rank of the computed topic that has the same documents, -1 where none has.
        parents: groups of topics: `parent` is the number of the computed group that each continues, -1 for a new one;
            `name` is what a person calls it, empty where nobody does; `topics` are ranks, ascending.
        deleted: int32 (m,), ascending, rows of documents that leave the map.
    """

    assignment: Int32
    origins: list[int]
    parents: list[EditedGroup]
    deleted: Int32

    def __post_init__(self) -> None:
        check_array("membership.assignment", self.assignment, np.int32, (None,))
        check_array("membership.deleted", self.deleted, np.int32, (None,))


@dataclass(frozen=True)
class ResolvedEdits:
    """What the edits of a dataset come to in this build.

    Attributes:
        assignment, origins, parents, deleted: see `Membership`.
        ids: permanent id of each topic by rank after the edits.
        slots: colour slot of each.
        words: of each what people say of it: `name`, with `who` gave it and `why`; `description` and `note`, with who
            wrote each and why, if a description did not come with the name; `color`. None where nobody says so.
        sources: of each the rank of the computed topic whose name and place in a group it has, -1 for none.
        unnamed: ranks of merged topics that need a name, for nobody gave one.
        computed: pairs of a computed permanent id and the id that the topic is shown by, where they differ.
        redirects: pairs of the id of a topic that was merged and the id of the topic that it is in now.
        outcomes: of each edit its number `edit`, `status` (`held`, `partly`, `orphaned`), what to `say` of it.
        warnings: what else to tell.
    """

    assignment: Int32
    origins: list[int]
    parents: list[EditedGroup]
    deleted: Int32
    ids: list[int]
    slots: list[int]
    words: list[EditedWords]
    sources: list[int]
    unnamed: list[int]
    computed: list[list[int]]
    redirects: list[list[int]]
    outcomes: list[OutcomeRow]
    warnings: list[str]

    def __post_init__(self) -> None:
        check_array("edits.assignment", self.assignment, np.int32, (None,))
        check_array("edits.deleted", self.deleted, np.int32, (None,))

    @property
    def membership(self) -> Membership:
        """The part that decides the words of topics; what people merely say leaves it as it is."""
        return Membership(self.assignment, self.origins, self.parents, self.deleted)
