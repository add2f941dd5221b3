"""Suggested edits: twins, noise and poor names, with the evidence, in a file that is right once a line is accepted."""

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import LABEL_SCHEMA
from sitegen.commands.suggest import TopicFacts, as_file, find_junk, find_poor_names, find_twins, suggest
from sitegen.config.edits_file import parse_edits
from tests.unit.helpers import topic_labels
from tests.unit.running.test_build import TOYS

from .test_edits_build import ASSIGNMENT, NAMES, Applied, compute, edit, gallery

__all__ = ["gallery"]


def fact(number, name="A topic", keywords=("x", "y"), rank=1, margin=0.2, nearest=None, named_by="llm"):
    return TopicFacts(number, name, 10, tuple(keywords), named_by, margin, rank, nearest)


def unit(rows):
    rows = np.array(rows, float)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_topics_close_by_place_or_by_name_may_be_one():
    facts = [fact(0, rank=2, nearest=3), fact(4, keywords=["a"]), fact(7, keywords=["b"]), fact(9, rank=2, nearest=0)]
    found = list(find_twins(facts, unit([[1, 0, 0], [0, 1, 0.1], [0, 1, 0.2], [0.3, -1, 1]])))
    assert [each.lines[1:] for each in found] == [("  topics: [7]", "  into: 4"), ("  topics: [9]", "  into: 0")]
    assert "each name points to the other" in found[1].evidence


def test_copies_and_another_script_may_be_noise():
    texts = [
        ["Click here to subscribe."] * 5 + ["something else"] * 1,
        [f"Text {number} of its own" for number in range(20)],
        [f"Слово номер {number}" for number in range(6)],
    ]
    found = list(find_junk([fact(0), fact(1), fact(2)], texts))
    assert [each.lines[1] for each in found] == ["  topics: [0]", "  topics: [2]"]
    assert "83% of 6 documents begin like another" in found[0].evidence
    assert "are not Latin, as most are" in found[1].evidence


OTHERS = {
    "de": ["Wir haben gestern mit der Bahn nicht fahren können", "Das ist für mich nicht so wichtig wie für dich"],
    "fr": ["Nous avons pris le train pour Lyon avec des amis", "Ce que vous dites est très juste dans ce cas"],
    "pt": ["Não sei o que você quer fazer com isso agora", "Ela foi para a praia com uma amiga mas não gostou"],
}
ENGLISH = ["I do not know what you want me to do with it", "We went to the beach with our friends and it was fun"]


@pytest.mark.parametrize("language", OTHERS)
def test_another_language_of_the_same_script_may_be_noise(language):
    def written(sentences):
        return [f"{number}: {sentences[number % 2]}" for number in range(20)]

    texts = [
        written(ENGLISH),
        written(OTHERS[language]),
        written(ENGLISH),
        [*written(ENGLISH), *written(OTHERS[language])[:6]],
    ]
    (found,) = find_junk([fact(number) for number in range(4)], texts)
    assert found.topics == (1,)
    assert f"100% of 20 documents are in another language ({language}: " in found.evidence
    assert not any(find_junk([fact(1)], [written(OTHERS[language])]))


def test_code_and_names_are_in_no_other_language():
    code = [f"def f{number}(self, var, en): return [min(os) for os in le{number}]" for number in range(9)]
    names = [f"{number} Los Angeles, Santa Maria, El Paso, Las Vegas" for number in range(9)]
    texts = [code, names, *[[f"{number} {ENGLISH[number % 2]}" for number in range(9)]] * 3]
    assert not any(find_junk([fact(number) for number in range(5)], texts))


def test_the_language_of_most_topics_is_not_another():
    german, english = ([f"{number} {each[number % 2]}" for number in range(9)] for each in (OTHERS["de"], ENGLISH))
    long = [" ".join([text] * 9) for text in english]  # most words of the dataset
    assert not any(find_junk([fact(number) for number in range(4)], [long, *[german] * 3]))


def test_a_name_that_is_closer_to_another_topic_is_poor():
    facts = [
        fact(0, rank=2, margin=-0.1, nearest=1),
        fact(1, margin=0.01, nearest=0),
        fact(2),
        fact(3, named_by="keywords"),
    ]
    found = list(find_poor_names(facts))
    assert [each.lines[1] for each in found] == ["  topic: 0", "  topic: 1", "  topic: 3"]
    assert "closer to the documents of topic 1" in found[0].evidence


def test_the_file_has_no_edit_until_a_line_is_accepted():
    facts = [fact(0, name="a\n- type: hide"), fact(4, rank=3, margin=-0.2, nearest=0)]
    text = as_file("a", [*find_twins(facts, unit([[1, 0], [0.99, 0.1]])), *find_poor_names(facts)])
    assert parse_edits(text, "a.yaml", "a").file.edits == ()
    accepted = re.sub(r"^# (  )", r"\1", text, flags=re.MULTILINE)
    edits = parse_edits(accepted, "a.yaml", "a").file.edits
    assert {each.type for each in edits} <= {"merge", "rename"}
    assert edits


def test_without_topics_nothing_is_suggested():
    assert list(find_twins([], np.empty((0, 0)))) == list(find_junk([], [])) == list(find_poor_names([])) == []
    assert parse_edits(as_file("a", []), "a.yaml", "a").file.edits == ()


def test_topics_are_named_as_shown_and_edited_ones_left_out(gallery, monkeypatch):
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: note, topic: 1, note: Hm.")
    Applied(gallery)
    for path in (gallery.root / ".sitegen" / "cache").glob("*/*/continuity.json"):
        path.unlink()  # as on a machine that never built this
    compute(gallery, monkeypatch, [[3, 2, 1, 0, -1][topic] for topic in ASSIGNMENT], NAMES[::-1], seed=2)
    rows = [{**row, "named_by": "keywords"} for row in topic_labels(NAMES[::-1]).rows()]
    poor = replace(topic_labels(NAMES[::-1]), table=pa.Table.from_pylist(rows, LABEL_SCHEMA))
    monkeypatch.setitem(TOYS, "labels", lambda **_: poor)
    gallery.datasets["one"]["seed"] = 3
    gallery.fill()
    shown = Applied(gallery)
    text = suggest(gallery.project(), "one", gallery.report)
    found = re.findall(r"topic (\d+) '(\w+)' .*\n#   - type: rename\n#     topic: (\d+)", text)
    assert {(name, int(told), int(number)) for told, name, number in found} == {
        (name, shown.id(name), shown.id(name)) for name in ("Pasta", "Dogs")
    }
