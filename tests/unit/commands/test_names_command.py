"""`sitegen names`: what it says of stored names."""

import pytest

from sitegen.commands.names import judge_names, name_lines
from sitegen.config import load_project
from sitegen.errors import ArtifactError
from tests.unit.helpers import ENTRY

TOPICS = [{"size": 900}, {"size": 50}, {"size": 20}]


def label(topic, name, margin, rank, nearest, named_by="llm", reason=None):
    measures = {"fit": 0.3, "margin": margin, "rank": rank, "nearest": nearest}
    return {"topic": topic, "name": name, "named_by": named_by, "reason": reason, **measures}


LABELS = [
    label(0, "Pasta", 0.4, 1, 1),
    label(1, "Trains", 0.01, 1, 0, "phrase", "it is a list"),
    label(2, "Food", -0.2, 2, 0, "keywords"),
]


def test_the_worst_name_comes_first_and_says_why():
    head, *sources, empty, columns, first, second, third = name_lines(TOPICS, LABELS)
    assert head == "2 of 3 names (67%) point to their own topic"
    assert sources == ["1 by the model", "1 by a phrase", "1 by keywords"]
    assert (empty, columns.split()[:4]) == ("", ["name", "margin", "fit", "rank"])
    assert first.split()[:5] == ["Food", "-0.20", "0.30", "2", "20"]
    assert first.endswith("it is closer to the documents of Pasta")
    assert second.endswith("it is nearly as close to the documents of Pasta; it is a list")
    assert third == "Pasta     0.40   0.30     1        900"


def test_no_topic_has_no_name():
    assert list(name_lines([], [])) == ["there are no topics"]


def test_names_that_were_not_measured_are_told():
    with pytest.raises(ArtifactError, match="not measured yet; run sitegen build"):
        list(name_lines(TOPICS[:1], [label(0, "Pasta", None, None, None)]))


def test_names_that_are_not_stored_are_told(tmp_path, report):
    (tmp_path / "datasets.yaml").write_text(ENTRY)
    with pytest.raises(ArtifactError, match="no stored result; build once"):
        judge_names(load_project(tmp_path / "datasets.yaml"), "a", report)
