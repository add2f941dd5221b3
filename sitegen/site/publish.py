"""A site is written beside its place and swapped in whole, so that a reader never meets half of one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sitegen import __version__
from sitegen.errors import PublishError

MARKER = ".sitegen"
"""A file that says the folder was written by sitegen and may be replaced by it."""


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """A folder to write the site into. It takes the place of `output` when the block ends without an error.

    Raises:
        PublishError: `output` holds something that sitegen did not write, or its folder is not writable.
    """
    check_output(output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    except OSError as error:
        raise PublishError(f"{output}: cannot be written: {error.strerror}") from error
    try:
        (draft / MARKER).write_text(f"sitegen {__version__}\n", "utf-8")
        yield draft
        draft.chmod(0o755)
        _swap(draft, output)
    except OSError as error:
        raise PublishError(f"{output}: cannot be written: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def check_output(output: Path) -> None:
    """Refuse to replace what is not a site of ours.

    Raises:
        PublishError: `output` is a file, or a folder with other content.
    """
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise PublishError(f"{output}: is not a folder; choose another --output")
    if output.is_dir() and any(output.iterdir()) and not (output / MARKER).is_file():
        raise PublishError(f"{output}: holds files that sitegen did not write; empty it or choose another --output")


def _swap(draft: Path, output: Path) -> None:
    if not output.exists():
        draft.rename(output)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{output.name}-old-", dir=output.parent))
    try:
        output.rename(old / "site")
        try:
            draft.rename(output)
        except OSError:
            (old / "site").rename(output)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
