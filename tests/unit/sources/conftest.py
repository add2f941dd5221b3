"""Files of data that tests write and read."""

import pytest

from sitegen.config import FileSource
from sitegen.pipeline.sources import open_source


@pytest.fixture
def read(tmp_path):
    """Rows and remarks of a file: `read(name, content, **fields of the source)`."""

    def read(name, content, **fields):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        source = open_source(FileSource(type="file", path=name, **fields), tmp_path)
        rows = [{key: value for key, value in row.items() if key != "source"} for row in source.rows()]
        return rows, source.remarks

    return read
