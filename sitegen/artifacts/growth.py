"""What a map that grows remembers from build to build, one type per stage, as it is stored in JSON."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Drift(TypedDict):
    """How well newcomers fit, see `measure_drift`. The shares are None where there is too little to measure them."""

    placed: int
    misfits: float | None
    neighbors_new: float | None


class ReductionGrowth(TypedDict):
    """What a map was fitted to, and how well newcomers fit once there are any.

    `fit` tells fits apart, `fitted` counts documents and `builds` the builds with newcomers.
    """

    settings: str
    fit: str
    fitted: int
    builds: int
    placed: NotRequired[int]
    misfits: NotRequired[float | None]
    neighbors_new: NotRequired[float | None]


class ClusterGrowth(TypedDict):
    """How clusters are numbered.

    Numbers hold as long as `numbers_of`, a digest of the fit and its settings, is the same. `highest` is the highest
    number in use so far; `smallest` is how many documents a new topic needs.
    """

    numbers_of: str
    smallest: int
    highest: NotRequired[int]


class TopicGrowth(TypedDict):
    """What topics were when their words were found.

    The words hold as long as `told_of`, a digest of the clusters and settings, is the same. `clusters` has the number
    of each topic's cluster, `sizes` its documents then, `representatives` hashes of their texts; `documents` were all
    documents, and `builds` the builds with newcomers up to then.
    """

    told_of: str
    clusters: list[int]
    sizes: list[int]
    documents: int
    representatives: list[list[int]]
    builds: int


class LabelGrowth(TypedDict):
    """Which clusters have which names.

    Names hold as long as `names_of`, a digest of the clusters and settings, is the same. `clusters` has the number of
    each topic's cluster, `parents` those of each parent's topics; `shown` has hashes of the documents from which each
    name was made, and is missing in older results.
    """

    names_of: str
    clusters: list[int]
    parents: list[list[int]]
    shown: NotRequired[list[list[int]]]
