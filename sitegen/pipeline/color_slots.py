"""Which colour a topic has: a hue by its place, so that neighbours read as regions, and a shade unlike its neighbours'.

After "tree colors" (Tennekes and de Jonge, 2014, https://doi.org/10.1109/TVCG.2014.2346277): hue tells groups apart,
lightness what is inside a group. Readers who see fewer hues have the lightness.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import COLOR_HUES, COLOR_SHADES, FIRST_COLOR

TOPICS_PER_REGION = 4
FEW_TOPICS = 8
"""Up to so many have a hue each."""
MOST_LINKED = 2000
"""The largest topics, by which regions are found."""


def color_slots(centers: npt.NDArray[np.floating], kept: list[int | None]) -> list[int]:
    """Return a colour slot per topic (see `COLOR_HUES`) by centre, float (k, 2), in order of importance.

    Topics that lie together share a hue, and neighbours differ in their shade. A kept colour stays.
    """
    kept = [slot if slot is not None and slot >= FIRST_COLOR else None for slot in kept]
    parts = [None if slot is None else divmod(slot - FIRST_COLOR, COLOR_SHADES) for slot in kept]
    hues = _hues(centers, [part and part[0] for part in parts])
    shades = _farthest_uses(centers, [part and part[1] for part in parts], COLOR_SHADES)
    return [FIRST_COLOR + hue * COLOR_SHADES + shade for hue, shade in zip(hues, shades, strict=True)]


def _hues(centers: npt.NDArray[np.floating], kept: list[int | None]) -> list[int]:
    """Give each topic the hue of its region: that of the nearest topic there which has one, or else a hue far away."""
    regions = _regions(centers)
    hues = np.array([-1 if hue is None else hue for hue in kept], np.int64)
    known = np.flatnonzero(hues >= 0)
    empty = [region for region in dict.fromkeys(regions.tolist()) if region not in regions[known]]
    middles = [centers[regions == region].mean(axis=0) for region in empty]
    places = np.array([*centers[known], *middles], np.float64).reshape(-1, 2)
    values = _farthest_uses(places, [*hues[known].tolist(), *([None] * len(empty))], COLOR_HUES)
    for region, hue in zip(empty, values[len(known) :], strict=True):
        hues[regions == region] = hue
    for topic in np.flatnonzero(hues < 0):
        there = known[regions[known] == regions[topic]]
        hues[topic] = hues[there[np.hypot(*(centers[there] - centers[topic]).T).argmin()]]
    return list(hues.tolist())


def _regions(centers: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """Group topics by place (Ward's linkage): the number of a region for each, int64 (k,)."""
    from scipy.cluster.hierarchy import fcluster, ward
    from scipy.spatial import KDTree

    k = len(centers)
    wanted = min(COLOR_HUES, max(FEW_TOPICS, k // TOPICS_PER_REGION))
    if k <= wanted:
        return np.arange(k)
    # The linkage needs the distance of each pair: smaller topics join the region of the nearest larger one.
    largest = centers[:MOST_LINKED]
    of_largest = fcluster(ward(largest), wanted, "maxclust").astype(np.int64)
    joined: npt.NDArray[np.int64] = of_largest[KDTree(largest).query(centers)[1]]
    return joined


def _farthest_uses(centers: npt.NDArray[np.floating], kept: list[int | None], count: int) -> list[int]:
    """Give each place, in their order, that of `count` values whose nearest use is farthest away.

    Ties go to the least used, then the first. A kept value stays.
    """
    nearest = np.full((len(kept), count), np.inf)
    uses = np.zeros(count, np.int64)

    def use(place: int, value: int) -> int:
        nearest[:, value] = np.minimum(nearest[:, value], np.hypot(*(centers - centers[place]).T))
        uses[value] += 1
        return value

    for place, value in enumerate(kept):
        if value is not None:
            use(place, value)
    return [
        use(place, max(range(count), key=lambda each: (nearest[place, each], -uses[each], -each)))
        if value is None
        else value
        for place, value in enumerate(kept)
    ]
