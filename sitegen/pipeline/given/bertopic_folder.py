"""Topics of a folder that BERTopic saved, read without BERTopic: its JSON holds all that is needed, no tensor does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitegen.errors import DataError
from sitegen.pipeline.given.topic_table import KnownTopic

CONVERT = (
    'convert it: python -c "from bertopic import BERTopic; '
    "BERTopic.load('{name}').save('{name}-folder', serialization='safetensors', save_ctfidf=True)\""
)
SHOWN = {"keybert": "keybert", "keybertinspired": "keybert", "mmr": "mmr", "maximalmarginalrelevance": "mmr"}
"""Representations that maps have in any case, by their usual names in lower case; others keep the model's names."""
VISUAL = "visual_aspect"
"""Pictures, which are no words."""


@dataclass(frozen=True)
class BertopicModel:
    """What a saved model says.

    Attributes:
        topics: topic of each document that it was fitted to, -1 outside.
        known: what it says of each topic, by label.
    """

    topics: list[int]
    known: dict[str, KnownTopic]


def read_bertopic(folder: str, root: Path) -> BertopicModel:
    """Read `topics.json`. Custom labels go before BERTopic's own names.

    Raises:
        DataError: the folder holds no such model, or one that is pickled.
    """
    path = root / Path(folder).expanduser()
    if path.is_file():
        raise DataError(
            f"{path.name} is a file: a model saved by pickle, which could run any code, so it is not opened; "
            + CONVERT.format(name=path.name),
            "given.bertopic",
        )
    try:
        saved = json.loads((path / "topics.json").read_text("utf-8"))
        topics = [int(topic) for topic in saved["topics"]]
        known = known_of_model(
            saved["topic_representations"],
            saved["topic_labels"],
            saved.get("custom_labels"),
            saved.get("topic_aspects") or {},
        )
    except FileNotFoundError as error:
        raise DataError(
            f"{path} holds no topics.json; name a folder that BERTopic.save wrote with serialization='safetensors'",
            "given.bertopic",
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path / 'topics.json'} is not as BERTopic 0.16 and 0.17 write it ({type(error).__name__}: {error}); "
            "load the model with the BERTopic that saved it, and save it with a newer one",
            "given.bertopic",
        ) from error
    return BertopicModel(topics, known)


def known_of_model(
    representations: Mapping[Any, Any],
    labels: Mapping[Any, str],
    custom: Sequence[str] | None,
    aspects: Mapping[str, Any],
) -> dict[str, KnownTopic]:
    """Return what a model says of each topic but -1, by label: its attributes of these names, whose keys are numbers.

    Custom labels are a list in the order of the topics, and go before `labels`.

    Raises:
        ValueError, TypeError, AttributeError: they are not as BERTopic has them.
    """
    words = {int(topic): _words(pairs) for topic, pairs in representations.items()}
    names = {int(topic): str(name) for topic, name in labels.items()}
    if custom:
        if len(custom) != len(words):
            raise ValueError(
                f"{len(custom)} custom labels for {len(words)} topics; call set_topic_labels once more, for the topics "
                "that there are now"
            )
        names = {topic: str(name) for topic, name in zip(sorted(words), custom, strict=True)}
    shown: dict[str, dict[int, list[str]]] = {}
    further: dict[str, dict[int, list[str]]] = {}
    for name, values in aspects.items():
        if name.casefold() != VISUAL:
            into, kind = (shown, SHOWN[name.casefold()]) if name.casefold() in SHOWN else (further, name)
            into[kind] = {int(topic): _words(pairs) for topic, pairs in values.items()}
    return {
        str(topic): KnownTopic(
            names.get(topic),
            None,
            {"keywords": keywords, **{kind: values.get(topic, []) for kind, values in shown.items()}},
            {name: found for name, values in further.items() if (found := values.get(topic))},
        )
        for topic, keywords in words.items()
        if topic >= 0
    }


def _words(pairs: Any) -> list[str]:
    """Return the words of `[[word, weight], …]`; a topic with fewer is filled up with empty ones."""
    return [str(word) for word, _ in pairs if str(word).strip()]
