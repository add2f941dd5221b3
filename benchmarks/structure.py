"""Counts the rooms of the package and the imports between them: `python benchmarks/structure.py [REVISION ...]`.

A room is a folder or module right below a package: of `sitegen`, then of each of its folders. An arrow is an import
from one room into another; a circle is a set of rooms that import each other. With revisions, each is counted in a
checkout of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

CODE = """
import sys, networkx, grimp
graph = grimp.build_graph("sitegen")
def rooms(package):
    depth = package.count(".") + 2
    edges = networkx.DiGraph()
    for module in graph.modules:
        if not module.startswith(package + "."):
            continue
        room = ".".join(module.split(".")[:depth])
        edges.add_node(room)
        for other in graph.find_modules_directly_imported_by(module):
            target = ".".join(other.split(".")[:depth])
            if other.startswith(package + ".") and target != room:
                edges.add_edge(room, target)
    circles = [part for part in networkx.strongly_connected_components(edges) if len(part) > 1]
    return len(edges), edges.number_of_edges(), len(circles)
packages = ["sitegen"] + sorted(m for m in graph.modules if m.count(".") == 1 and len(graph.find_children(m)) > 2)
for package in packages:
    print("{:<20} {:>4} rooms {:>4} arrows {:>3} circles".format(package, *rooms(package)))
"""


def count(root: Path) -> None:
    """Print the figures of the checkout at `root`."""
    python = sorted((root / "sitegen").rglob("*.py"))
    scripts = [path for path in sorted((root / "static").rglob("*.js")) if "dist" not in path.parts]
    for name, paths in (("Python", python), ("JavaScript", scripts)):
        lines = sum(len(path.read_text("utf-8").splitlines()) for path in paths)
        folder, most = Counter(path.parent.relative_to(root) for path in paths).most_common(1)[0]
        print(f"{name:<20} {len(paths):>4} files {lines:>6} lines, at most {most} in one folder ({folder})")
    subprocess.run([sys.executable, "-c", CODE], cwd=root, check=True)


def main() -> None:
    """Count the working tree, or each revision that is named."""
    here = Path(__file__).resolve().parent.parent
    for revision in sys.argv[1:] or [""]:
        print(f"== {revision or 'working tree'}")
        if not revision:
            count(here)
            continue
        with tempfile.TemporaryDirectory() as folder:
            archive = subprocess.run(["git", "archive", revision], cwd=here, check=True, capture_output=True).stdout
            subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
            count(Path(folder))


if __name__ == "__main__":
    main()
