"""A build of topics without words, for edits at its root."""

from types import SimpleNamespace

import numpy as np

from sitegen.artifacts import Reduction
from sitegen.pipeline.alignment import align_to_previous_build
from sitegen.pipeline.edits.remember import remember_topics
from sitegen.pipeline.edits.resolve import resolve_edits

from ..helpers import dataset, documents, embeddings, topic_labels, topics


class Built:
    """The topics of a build by `assignment`; without `previous` their ids are counted from 0."""

    def __init__(self, root, assignment, names, previous=None):
        self.root, self.dataset = root, dataset()
        assignment = np.array(assignment, np.int32)
        self.documents = documents([f"text {number}" for number in range(len(assignment))])
        self.topics, self.labels = topics([[name] for name in names], assignment), topic_labels(names)
        places = np.random.default_rng(0).normal(size=(len(assignment), 2)).astype(np.float32)
        self.continuity = align_to_previous_build(
            documents=self.documents,
            embeddings=embeddings(np.zeros((len(assignment), 0))),
            reduction=Reduction(places, places),
            topics=self.topics,
            labels=self.labels,
            previous=previous,
            context=SimpleNamespace(),
        )
        (root / "edits").mkdir(parents=True, exist_ok=True)

    def write(self, *lines):
        text = "dataset: a\nedits:\n" + "".join(f"  - {{{line}}}\n" for line in lines)
        (self.root / "edits" / "a.yaml").write_text(text)

    def remember(self):
        remember_topics(self.root, self.dataset, lambda name: getattr(self, name))

    def resolve(self):
        self.remember()
        return resolve_edits(
            slug="a",
            embeddings_config=self.dataset.embeddings,
            documents_config=self.dataset.documents,
            documents=self.documents,
            topics=self.topics,
            labels=self.labels,
            continuity=self.continuity,
            context=SimpleNamespace(root=self.root),
        )
