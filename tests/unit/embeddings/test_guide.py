"""Labels of some documents: how they are read, and what is refused."""

import numpy as np
import pytest

from sitegen.config import GivenConfig
from sitegen.errors import DataError
from sitegen.pipeline.reduction.guide import known_labels
from tests.unit.helpers import ENTRY, REPO, dataset, problems_at
from tests.unit.helpers import shape as shape_rows


def labels_of(values, context, **given):
    config = GivenConfig(labels="hint", **given)
    rows = [{"text": f"text {number}", "hint": value} for number, value in enumerate(values)]
    documents = shape_rows(lambda: iter(rows), dataset().documents, 42, config, root=REPO, scratch=context.scratch)
    return known_labels(documents, config)


def test_equal_labels_are_equal_numbers_and_none_is_minus_one(context):
    found = labels_of(["a", None, "b", "a", "", "Unlabelled"], context)
    assert found.dtype == np.int32
    assert found.tolist() == [0, -1, 1, 0, -1, -1]


def test_numbers_are_labels_also_as_floats_with_nan(context):
    assert labels_of([1.0, float("nan"), 2.0, 1.0, -1.0], context).tolist() == [0, -1, 1, 0, -1]


@pytest.mark.parametrize("nothing", [None, float("nan"), "", -1, "Unlabelled"])
def test_a_column_without_labels_is_refused(context, nothing):
    with pytest.raises(DataError, match="the column hint has no label") as caught:
        labels_of([nothing] * 3, context)
    assert caught.value.field == "given.labels"


def test_labels_that_are_all_different_are_refused(context):
    with pytest.raises(DataError, match="the 3 labels in the column hint are all different") as caught:
        labels_of(["a", "b", None, "c"], context)
    assert caught.value.field == "given.labels"


def test_a_column_that_is_not_there_is_told_with_those_that_are(context):
    with pytest.raises(DataError, match="hnt") as caught:
        config = GivenConfig(labels="hnt")
        rows = [{"text": "one", "hint": "a"}]
        shape_rows(lambda: iter(rows), dataset().documents, 42, config, root=REPO, scratch=context.scratch)
    assert caught.value.field == "given.labels"
    assert "hint" in str(caught.value)


def test_labels_guide_no_layout_that_is_given():
    (told,) = problems_at(f"{ENTRY}    ¦given: {{labels: l, x: x, y: y}}\n")
    assert "labels guide the layout" in told
