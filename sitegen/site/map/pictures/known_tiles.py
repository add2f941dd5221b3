"""Tiles of the rendering before, by what they are drawn from: an edit of a topic changes a few of hundreds."""

from __future__ import annotations

from dataclasses import dataclass, field

from sitegen.site.output.hashed_files import HashedFiles

RASTER = "raster"
"""Name of the set of tiles."""
NOTHING = ""
"""In place of a path: the tile has no pixel."""


@dataclass
class KnownTiles:
    """What is known of tiles by a digest of what they are drawn from.

    Attributes:
        known: paths and sizes of encoded tiles that the rendering before noted, `NOTHING` for empty ones.
        seen: the same of this rendering.
    """

    files: HashedFiles
    known: dict[str, tuple[str, int]] = field(default_factory=dict)
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folder = self.files.set_before(RASTER)
        if self._folder is not None:
            self.known = {key: (path, size) for key, (path, size) in (self.files.noted(RASTER) or {}).items()}

    def read(self, key: str) -> bytes | None:
        """Return an encoded tile, without bytes if it has no pixel; None if it is not known."""
        path, _ = self.known.get(key, (None, 0))
        if path is None or self._folder is None:
            return None
        return (self._folder / path).read_bytes() if path != NOTHING else b""

    def size(self, key: str) -> int | None:
        """Return the bytes of an encoded tile; None if it is not known."""
        return self.known[key][1] if key in self.known else None

    def note(self, key: str, path: str, size: int) -> None:
        """Note a tile for the next rendering: its path and bytes."""
        self.seen[key] = path, size

    def write(self) -> None:
        """Write down what was seen, or else, as the tiles were taken over whole, what was known."""
        self.files.note(RASTER, self.seen or self.known)
