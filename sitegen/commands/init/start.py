"""`sitegen init`: starts a gallery, with a `datasets.yaml` to fill in or one that is guessed from data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sitegen.commands.init.scaffold import YAML, write_scaffold


def start_gallery(folder: Path, data: str | None, say: Callable[[str], None]) -> None:
    """Write the files of a new gallery into `folder`, and say which.

    Args:
        data: files, or a dataset on the Hub, to guess `datasets.yaml` from; None for one to fill in.

    Raises:
        PublishError: a file is there already.
        SourceError, DataError: `data` cannot be read.
    """
    slug, text = "", YAML
    if data is not None:
        from sitegen.commands.init.draft import draft  # loads the readers of sources
        from sitegen.report import quiet_libraries

        with quiet_libraries(0):
            slug, text = draft(data, folder)
    for path in write_scaffold(folder, text):
        say(f"wrote {path}")
    if slug:
        say(f"next: sitegen inspect {slug} --config {folder / 'datasets.yaml'}")
