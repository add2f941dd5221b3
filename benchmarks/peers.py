"""The pages that BERTopic and DataMapPlot make of the same documents, to compare with; `page.py --peers` uses it.

DataMapPlot 0.7 asks for an older pandas than sitegen, so it runs in a Python of its own:

    python -m venv peers && peers/bin/pip install datamapplot
    python benchmarks/page.py --documents 10000 100000 1000000 --topics 400 --peers peers/bin/python

Its scripts come from npm instead of a content delivery network, to be served by the same server over the same line.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

PEER_DOCUMENTS = 100_000
SCRIPTS = {
    "https://unpkg.com/deck.gl@9.1/dist.min.js": ("deck.gl@9.1", "package/dist.min.js"),
    "https://unpkg.com/apache-arrow@latest/Arrow.es2015.min.js": ("apache-arrow", "package/Arrow.es2015.min.js"),
}
"""By address: the package in npm and the file in it."""
HEAD = ("page", "documents", "wire, kB", "painted, s", "ready, s", "settled, s", "zoom step, kB", "frames, ms")
DATAMAPPLOT = """
import json, sys
import numpy as np
import datamapplot
folder = sys.argv[1]
given = json.load(open(f"{folder}/peers.json"))
labels = np.array([*given["names"], "Unlabelled"], dtype=object)[np.array(given["topics"])]
plot = datamapplot.create_interactive_plot(
    np.load(f"{folder}/peers.npy"), labels, hover_text=given["texts"], font_family="sans-serif"
)
plot.save(f"{folder}/DataMapPlot.html")
"""


@dataclass(frozen=True)
class Peers:
    """What the pages show: the text of every document under the pointer, as sitegen's page has it on a click.

    Attributes:
        topics: int32 (n,), -1 outside any.
        layout: float32 (n, 2).
        names: one per topic.
    """

    texts: list[str]
    topics: npt.NDArray[np.int32]
    layout: npt.NDArray[np.float32]
    names: list[str]

    def write(self, folder: Path, python: str) -> None:
        """Write `BERTopic.html` and `DataMapPlot.html`; `python` has datamapplot."""
        self._write_bertopic(folder)
        np.save(folder / "peers.npy", self.layout)
        given = {"texts": self.texts, "topics": self.topics.tolist(), "names": self.names}
        (folder / "peers.json").write_text(json.dumps(given))
        subprocess.run([python, "-c", DATAMAPPLOT, str(folder)], check=True)
        page = (folder / "DataMapPlot.html").read_text("utf-8")
        for address, (package, member) in SCRIPTS.items():
            page = page.replace(address, _from_npm(package, member, folder))
        # fonts and icons of other hosts, which are no part of the plot
        page = re.sub(r'<link[^>]*href="https://[^>]*>', "", page)
        (folder / "DataMapPlot.html").write_text(page, "utf-8")

    def _write_bertopic(self, folder: Path) -> None:
        from bertopic.plotting import visualize_documents

        # All that this function of BERTopic asks of a fitted model.
        model: Any = SimpleNamespace(
            topics_=self.topics.tolist(),
            custom_labels_=["Outside", *self.names],
            _outliers=1,
        )
        figure = visualize_documents(model, self.texts, reduced_embeddings=self.layout, custom_labels=True)
        figure.write_html(folder / "BERTopic.html")


def _from_npm(package: str, member: str, folder: Path) -> str:
    """The name of a script in `folder`, taken out of a package of npm."""
    command = ["npm", "pack", "--silent", package, "--pack-destination", str(folder)]
    packed = folder / subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    name = f"{package.partition('@')[0]}.js"
    with tarfile.open(packed) as archive:
        file = archive.extractfile(member)
        assert file is not None
        (folder / name).write_bytes(file.read())
    return name


def markdown(pages: list[dict[str, Any]]) -> str:
    """The figures as a table."""
    rows = [
        (
            page["page"],
            f"{page['documents']:,}",
            f"{page['wire_kB']:,.0f}",
            page["painted_s"],
            page["ready_s"] or "",
            page["settled_s"],
            f"{page['step_kB']:,.0f}",
            page["frame_ms_p95"],
        )
        for page in pages
    ]
    lines = [HEAD, ("---",) * len(HEAD), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
