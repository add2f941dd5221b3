"""Given names -> TopicLabels: names stay as they are, and topics without one are named by their keywords."""

from __future__ import annotations

import pyarrow as pa

from sitegen.artifacts import LABEL_SCHEMA, PARENT_LABEL_SCHEMA, Given, TopicLabels, Topics, TopicWords
from sitegen.pipeline.labels.wording.name_rules import Subject, keyword_name, name_key, subject_of
from sitegen.pipeline.stage import Context


def label_given(*, topics: Topics, given: Given, context: Context) -> TopicLabels:
    """Name each topic and each parent of topics; no model is asked."""
    facts, groups = given.topics.to_pylist(), given.parents.to_pylist()
    taken = {name_key(fact["name"]) for fact in [*facts, *groups] if fact.get("name")}

    def named(name: str | None, subject: Subject) -> dict[str, object]:
        if name:
            return {"name": name, "named_by": "given", "answers": []}
        found = keyword_name(subject, taken)
        taken.add(name_key(found))
        return {"name": found, "named_by": "keywords", "answers": []}

    table = [
        {
            **named(fact["name"], subject_of(row)),
            "topic": row["topic"],
            "description": fact["description"],
            "tries": 0,
            "keywords": [],
            "documents": [],
            "reason": None,
        }
        for row, fact in zip(topics.rows(), facts, strict=True)
    ]
    parents = []
    for row in topics.parents.to_pylist():
        own = groups[row["parent"]]["name"] if groups else None
        words: TopicWords = {"topic": row["parent"], "keywords": row["keywords"], "keybert": [], "mmr": []}
        parents.append({"parent": row["parent"], **named(own, subject_of(words))})
    return TopicLabels(
        pa.Table.from_pylist(table, LABEL_SCHEMA), {}, pa.Table.from_pylist(parents, PARENT_LABEL_SCHEMA)
    )
