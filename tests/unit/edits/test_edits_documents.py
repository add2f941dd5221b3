"""The documents that edits list are found again by their ids, else by their texts."""

import numpy as np
import pytest

from sitegen.pipeline.edits.fingerprint import Lock
from sitegen.pipeline.edits.resolve import find_documents

from ..helpers import dataset, documents

LOCK = Lock({}, {"0": 11, "9": 22})


@pytest.mark.parametrize(
    ("options", "hashes", "found"),
    [
        ({"id": "key"}, [99, 22, 11], {"0": 0, "9": 1}),  # the text of 0 was changed, and another has its old one
        ({"id": "key"}, [99, 98, 97], {"0": 0}),
        ({}, [99, 22, 11], {"0": 2, "9": 1}),
        ({}, [11, 22, 11], {"0": 0, "9": 1}),
        ({}, [99, 98, 97], {}),
    ],
)
def test_a_document_is_found_by_id_or_by_text(options, hashes, found):
    config = dataset(documents=options).documents
    assert find_documents(["0", "9"], LOCK, documents(["a", "b", "c"]), np.array(hashes, np.int64), config) == found
