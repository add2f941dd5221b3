"""Topics -> TopicLabels: a local language model names each topic; where no answer is a name, the keywords do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from sitegen.artifacts import LABEL_SCHEMA, TopicLabels, Topics, digest
from sitegen.config import LabelsConfig
from sitegen.pipeline.backends.labeller import Message, load_labeller
from sitegen.pipeline.backends.models import find_model
from sitegen.pipeline.naming import choose_name, distinct_keywords, keyword_name
from sitegen.pipeline.stage import Context

BATCH = 8
"""Topics per batch: a resumed build asks at most one batch again."""
PROMPT_KEYWORDS = 6


def labeller_revision(*, labels_config: LabelsConfig, root: Path) -> str:
    """Names the weights of the labeller."""
    if not labels_config.model:
        return "keywords"
    return find_model(labels_config.model, root, "labels.model").revision


def label_topics(*, labels_config: LabelsConfig, topics: Topics, context: Context) -> TopicLabels:
    """One name per topic: the model's likeliest answer that is a usable name nobody else has, else keywords.

    Raises:
        ModelError: the language model cannot be loaded.
    """
    config, rows = labels_config, topics.rows()
    provenance = {"model": "", "revision": "", "prompt": ""}
    answers: list[list[str]] = [[] for _ in rows]
    if config.model and rows:
        prompt = {"system": config.system, "examples": [example.model_dump() for example in config.examples]}
        revision = labeller_revision(labels_config=config, root=context.root)
        provenance = {"model": config.model, "revision": revision, "prompt": digest(prompt)}
        answers = _ask(config, [chat(config, row) for row in rows], context)
    taken: set[str] = set()
    table = []
    for row, candidates in zip(rows, answers, strict=True):
        name = choose_name(candidates, row, config.max_words, taken)
        named_by = "keywords" if name is None else "llm"
        name = name or keyword_name(row, taken)
        taken.add(name.casefold())
        table.append({"topic": row["topic"], "name": name, "named_by": named_by, "answers": candidates})
    return TopicLabels(pa.Table.from_pylist(table, LABEL_SCHEMA), provenance)


def _ask(config: LabelsConfig, chats: list[list[Message]], context: Context) -> list[list[str]]:
    """The candidates for each chat. Every batch is kept as it arrives, so that a crash loses one."""
    answers: list[list[str]] = []
    with context.report.task("labels", len(chats)) as advance:
        for start in range(0, len(chats), BATCH):
            kept = context.scratch / f"{start:06}.json"
            if kept.exists():
                batch = json.loads(kept.read_text("utf-8"))
            else:
                labeller = load_labeller(config, context.root, context.runtime.device)
                batch = labeller.answer(chats[start : start + BATCH])
                draft = kept.with_suffix(".part")
                draft.write_text(json.dumps(batch), "utf-8")
                draft.rename(kept)
            answers += batch
            advance(len(batch))
    return answers


def chat(config: LabelsConfig, topic: dict[str, Any]) -> list[Message]:
    """The few-shot chat that asks for the name of a topic."""
    messages = [{"role": "system", "content": config.system}]
    for example in config.examples:
        messages.append({"role": "user", "content": example.keywords})
        messages.append({"role": "assistant", "content": example.name})
    return [*messages, {"role": "user", "content": ", ".join(distinct_keywords(topic)[:PROMPT_KEYWORDS])}]
