"""Topics by category, where there is nothing to break down."""

import numpy as np
import pyarrow as pa

from sitegen.config import TopicsConfig
from sitegen.pipeline.topics.over_time_and_class import topics_per_class


def test_documents_without_categories_have_no_classes():
    categories = pa.chunked_array([[None, None, None]], pa.string())
    assignment = np.array([0, 1, -1], np.int32)
    assert topics_per_class(TopicsConfig(), None, assignment, categories).num_rows == 0
