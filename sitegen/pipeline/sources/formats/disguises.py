"""Files that are something else than their names say, told by how they begin."""

from __future__ import annotations

BEGINNINGS = {
    b"\x1f\x8b": "is packed by gzip; let its name end in .gz",
    b"BZh": "is packed by bzip2; let its name end in .bz2",
    b"\xfd7zXZ": "is packed by xz; let its name end in .xz",
    b"\x28\xb5\x2f\xfd": "is packed by zstd; let its name end in .zst",
    b"PK\x03\x04": "is an archive or a spreadsheet; unpack it, or save its table as CSV",
    b"\xd0\xcf\x11\xe0": "is a file of an old office program; save its table as CSV",
    b"PAR1": "is Parquet; let its name end in .parquet, or say format: parquet",
    b"ARROW1": "is an Arrow file; save it as Parquet",
    b"SQLite format 3": "is a database of SQLite; export its table as CSV",
    b"%PDF": "is a PDF; save its text",
    b"\xff\xfe": "is UTF-16; save it as UTF-8",
    b"\xfe\xff": "is UTF-16; save it as UTF-8",
}
PAGES = (b"<!doctype html", b"<html")
LONGEST = 512


def disguise(head: bytes, kind: str) -> str | None:
    """Return what a file is that is not of its format, and what to do; None if it may be of it.

    Args:
        head: its first `LONGEST` bytes.
        kind: the format by which it would be read.
    """
    if kind != "text" and head.lstrip().lower().startswith(PAGES):
        return "is a page of HTML, not the data; was it downloaded from a link that needs a login?"
    if kind == "parquet" and head.startswith(b"PAR1"):
        return None
    return next((what for begin, what in BEGINNINGS.items() if head.startswith(begin)), None)
