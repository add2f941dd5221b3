"""What the map's page tells of two topics that are compared: a shard for each topic, fetched when someone asks."""

from __future__ import annotations

from sitegen.site.output.hashed_files import HashedFiles, numbered
from sitegen.site.output.shards import json_payload, shard
from sitegen.site.pages.facts.statistics import DatasetStatistics, TopicStatistics


def write_topic_facts(statistics: DatasetStatistics, files: HashedFiles) -> str:
    """Write a shard for each topic, numbered by its id, and return the name of their folder.

    A shard holds `words`, the keywords of all representations, best first and each once; `over_time`, the documents in
    each of `periods`; both are empty without dates.
    """
    return files.add_set("facts", (_facts(topic, statistics.periods) for topic in statistics.topics))


def _facts(topic: TopicStatistics, periods: tuple[str, ...]) -> tuple[str, bytes]:
    words = list(dict.fromkeys([*topic.ctfidf, *topic.keybert, *topic.mmr]))
    payload = json_payload({"words": words, "over_time": topic.over_time, "periods": periods})
    return numbered(topic.id), shard(f"facts-{topic.id}", payload)
