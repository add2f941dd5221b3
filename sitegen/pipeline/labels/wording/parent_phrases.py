"""Phrases that the topics of a parent share, as candidates for its name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from sitegen.pipeline.labels.wording.document_phrases import Phrase, TopicTexts
from sitegen.pipeline.labels.wording.word_uses import joined_uses


class ParentTexts:
    """The documents of several topics, each of which counts as much as any other: see `TopicTexts`."""

    def __init__(self, topics: Sequence[TopicTexts]) -> None:
        self._topics = topics
        found: defaultdict[str, list[Phrase]] = defaultdict(list)
        for topic in topics:
            for phrase in topic.phrases:
                found[phrase.text.casefold()].append(phrase)
        self.uses = joined_uses([topic.uses for topic in topics])
        self.phrases = [
            Phrase(
                same[0].text,
                sum(each.share for each in same) / len(topics),
                sum(each.noun for each in same) / len(same),
                sum(each.seen for each in same),
                sum(each.closed for each in same),
                sum(each.neighbor for each in same),
            )
            for _, same in sorted(found.items())
            if len(same) > 1
        ]

    def __len__(self) -> int:
        return sum(map(len, self._topics))

    def coverage(self, name: str) -> float:
        """Return the share of the documents that hold a half of the name.

        Topics are added by the square roots of their shares, so that each topic has to hold it.
        """
        roots = [share**0.5 for share in self.coverages(name)]
        return float((sum(roots) / len(roots)) ** 2)

    def coverages(self, name: str) -> list[float]:
        """Return the share of the documents that hold a half of the name, of each topic."""
        parts = name.split(" and ")
        return [max(topic.coverage(part) for part in parts) for topic in self._topics]

    def documents_with(self, root: str) -> int:
        """Return how many of the documents read hold a word of this stem."""
        return sum(topic.documents_with(root) for topic in self._topics)

    def shares(self) -> dict[str, float]:
        """Return the share of the documents that hold each stem, in the mean of the topics."""
        found: Counter[str] = Counter()
        for topic in self._topics:
            found.update(topic.shares())  # which adds
        return {root: share / len(self._topics) for root, share in found.items()}

    def roots(self) -> frozenset[str]:
        """Return the stems that the documents of a topic share."""
        return frozenset[str]().union(*(topic.roots() for topic in self._topics))

    def broken(self, name: str) -> bool:
        """Tell whether a name holds a keyword of two words that no document of a topic writes side by side."""
        return any(topic.broken(name) for topic in self._topics)

    def inflected(self, name: str) -> bool:
        """Tell whether the last word is a form that hardly ends a name."""
        return any(topic.inflected(name) for topic in self._topics)
