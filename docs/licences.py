"""Writes docs/licences.md, the licences of all packages that the gallery needs: `python docs/licences.py`."""

from __future__ import annotations

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

DOCS = Path(__file__).resolve().parent
LOCKS = [DOCS.parent / "requirements" / name for name in ("gallery.txt", "torch.txt")]
COPYLEFT = re.compile(r"\b[AL]?GPL|General Public|\bMPL|Mozilla|\bEPL|\bCDDL", re.IGNORECASE)
REFUSED = re.compile(r"\bA?GPL|Affero|GNU General Public", re.IGNORECASE)
"""What sitegen, under the Apache Licence 2.0, may not depend on: strong copyleft."""
HEAD = """# Licences

The licences of all packages in `requirements/gallery.txt`, as given by the packages. `python docs/licences.py` writes
this page. sitegen is under the Apache Licence 2.0. It distributes only one of them, the script of bokeh (BSD-3-Clause)
in each published site. It contains the font Source Sans Pro (SIL Open Font License 1.1, beside the font in
`sitegen/site/pages/files/fonts/`) for the pictures of maps.

"""


def locked_names() -> list[str]:
    """Names of all packages that are pinned."""
    lines = [line for lock in LOCKS for line in lock.read_text("utf-8").splitlines()]
    return sorted({match[0].lower() for line in lines if (match := re.match(r"[A-Za-z0-9][\w.-]*", line))})


def licence(package: PackageMetadata) -> str:
    """What a package says of its licence: an SPDX expression, else its classifiers, else the first line of the text."""
    if expression := package.get("License-Expression"):
        return str(expression)
    classifiers = [each for each in package.get_all("Classifier") or [] if each.startswith("License ::")]
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.count(" :: ") > 1]
    text = str(package.get("License") or "").strip().partition("\n")[0]
    return ", ".join(named) or text[:60] or "not named"


def licences() -> dict[str, str]:
    """The licence of each pinned package that is installed."""
    found = {}
    for name in locked_names():
        try:
            found[name] = licence(metadata(name))
        except PackageNotFoundError:
            continue
    return found


def main() -> None:
    """Write the page."""
    found = licences()
    weak = [f"{name} ({text})" for name, text in found.items() if COPYLEFT.search(text)]
    rows = [f"| {name} | {text} |" for name, text in found.items()]
    notes = [f"Under copyleft, used as they are and not changed: {', '.join(weak)}."] if weak else []
    table = ["| package | licence |", "|---|---|", *rows]
    (DOCS / "licences.md").write_text("\n".join([HEAD.rstrip(), "", *notes, *([""] if notes else []), *table, ""]))


if __name__ == "__main__":
    main()
