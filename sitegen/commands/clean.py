"""`sitegen clean`: removes what sitegen wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

from sitegen.site.output.staging import check_output
from sitegen.workspace import DIRECTORY


def clean(config: Path, output: Path, cache: bool) -> list[Path]:
    """Remove the site, and with `cache` all stored results; return what was removed.

    Raises:
        PublishError: `output` holds something that sitegen did not write.
    """
    check_output(output)
    removed = []
    for folder in (output, *([config.resolve().parent / DIRECTORY] if cache else [])):
        if folder.exists():
            shutil.rmtree(folder)
            removed.append(folder)
    return removed
