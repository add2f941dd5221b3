"""Makes the report: `python -m benchmarks.trust`, or some sections of it: `python -m benchmarks.trust kills disk`."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

# Children are forked from a process that has used these libraries, which allow that only without threads of their own.
os.environ |= {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "NUMBA_THREADING_LAYER": "workqueue"}

from benchmarks.trust import damage, faults
from benchmarks.trust.project import warm_up
from benchmarks.trust.report import write_section

SECTIONS = {
    "kills": ("Builds that are killed", faults.section),
    "disk": ("A disk that is full", damage.full_disk),
    "damage": ("Damaged and lost files", damage.damaged_files),
    "surroundings": ("Locks, clocks, versions, folders", damage.surroundings),
}
FORKING = {"kills", "disk", "damage", "surroundings"}


def main() -> None:
    """Make the sections that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="SECTION")
    names = parser.parse_args().sections or list(SECTIONS)
    with tempfile.TemporaryDirectory() as folder:
        if FORKING.intersection(names):
            warm_up(Path(folder) / "warm")
        for name in names:
            title, section = SECTIONS[name]
            lines = list(section(Path(folder) / name))
            write_section(title, lines, [title for title, _ in SECTIONS.values()])
            print("\n".join([f"## {title}", "", *lines]), flush=True)


if __name__ == "__main__":
    main()
