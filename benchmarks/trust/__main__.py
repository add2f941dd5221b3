"""Makes the report: `python -m benchmarks.trust`, or some sections of it: `python -m benchmarks.trust kills disk`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

# Children are forked from a process that has used these libraries, which allow that only without threads of their own.
os.environ |= {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "NUMBA_THREADING_LAYER": "workqueue"}

import sitegen.commands.build
import sitegen.workspace
from benchmarks.trust import damage, faults, large, load, packers, privacy, project, server, tokens
from benchmarks.trust.project import warm_up
from benchmarks.trust.quick import quick_stages
from benchmarks.trust.report import verdict, write_section

SECTIONS = {
    "kills": ("Builds that are killed", faults.section),
    "disk": ("A disk that is full", damage.full_disk),
    "damage": ("Damaged and lost files", damage.damaged_files),
    "surroundings": ("Locks, clocks, versions, folders", damage.surroundings),
    "privacy": ("What is not to be public", privacy.section),
    "tokens": ("Tokens", tokens.section),
    "packers": ("Shards, from Python to JavaScript", packers.section),
    "server": ("The preview server", server.section),
    "load": ("Many visitors at once", load.section),
    "large": ("Large galleries and maps", large.section),
}
FORKING = {"kills", "disk", "damage", "surroundings", "privacy", "tokens", "server", "load"}


def main() -> None:
    """Make the sections that were asked for; the exit code is 1 if there was a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="few trials; stand-ins for the stages that take long")
    parser.add_argument("--check", action="store_true", help="leave the report as it is")
    arguments = parser.parse_args()
    names = arguments.sections or list(SECTIONS)
    if unknown := set(names) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    if arguments.quick:
        sitegen.workspace.STAGES = sitegen.commands.build.STAGES = quick_stages()
        damage.DAMAGES = {damage.flip: damage.DAMAGES[damage.flip]}
        project.DOCUMENTS, faults.KILLED, damage.FULL_AT, damage.FREE_KB = 60, 10, 3, (600,)
        large.DATASETS, large.DOCUMENTS, large.TOPICS = 3, 3000, 300
    problems = False
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # one section becomes another user
        if FORKING.intersection(names):
            warm_up(Path(folder) / "warm")
        for name in names:
            title, section = SECTIONS[name]
            lines = list(section(Path(folder) / name))
            if arguments.quick:
                lines = ["A quick run: few trials, with stand-ins for reduction, clusters and topics.", "", *lines]
            problems |= verdict([])[0] not in lines
            if not arguments.check:
                write_section(title, lines, [title for title, _ in SECTIONS.values()])
            print("\n".join([f"## {title}", "", *lines]), flush=True)
    sys.exit(problems)


if __name__ == "__main__":
    main()
