"""A site is written beside its place and swapped in whole, so that a reader never meets half of one.

On Linux the swap is one system call, `renameat2(2)` with `RENAME_EXCHANGE`: at every moment the place holds the old
site or the new one. Where the file system has no such call, the old site is moved aside first; should that be cut
short, `recover` moves it back. A lock on the parent folder, which dies with its process, keeps two publishers apart.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sitegen.errors import PublishError
from sitegen.version import __version__

MARKER = ".sitegen"
"""A file that says the folder was written by sitegen and may be replaced by it, and what sitegen put into it."""
OS_JUNK = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What file managers leave in every folder that they show."""
REMOVED_AT_ONCE = 32
AT_FDCWD = -100
RENAME_EXCHANGE = 2


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """Return a folder to write the site into. It takes the place of `output` when the block ends without an error.

    Raises:
        PublishError: `output` holds something that sitegen did not write, or it cannot be written.
    """
    check_output(output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(output.parent):
            _recover(output)
            draft = _draft(output)
            try:
                draft.mkdir()
                (draft / MARKER).touch()
                yield draft
                names = sorted(path.name for path in draft.iterdir())
                (draft / MARKER).write_text("\n".join([f"sitegen {__version__}", *names, ""]), "utf-8")
                _open_folders(draft)
                _swap(draft, output)
            finally:
                _remove(draft)
    except OSError as error:
        # of a tree that is copied: (from, to, reason) of each file
        reason = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror or error
        raise PublishError(f"{output}: cannot be written: {reason}") from error


def check_output(output: Path) -> None:
    """Refuse to replace what is not a site of ours.

    Raises:
        PublishError: `output` is a file, or a folder with other content, also beside what sitegen wrote.
    """
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise PublishError(f"{output}: is not a folder; choose another --output")
    if not output.is_dir():
        return
    found = {path.name for path in output.iterdir()} - OS_JUNK
    marker = output / MARKER
    if found and not marker.is_file():
        raise PublishError(f"{output}: holds files that sitegen did not write; empty it or choose another --output")
    written = marker.read_text("utf-8", "replace").splitlines()[1:] if found else []
    if written and (foreign := sorted(found.difference(written))):
        raise PublishError(
            f"{output}: holds {', '.join(foreign[:5])}, not written by sitegen, and would be replaced whole; move it "
            "away, or choose another --output. What belongs to the site can lie in static/"
        )


def recover(output: Path) -> None:
    """Undo what a publisher that was killed left beside `output`."""
    if output.parent.is_dir():
        with _alone_in(output.parent):
            _recover(output)


def _recover(output: Path) -> None:
    if _aside(output).exists():
        if not output.exists():
            _aside(output).rename(output)
        shutil.rmtree(_aside(output), ignore_errors=True)
    shutil.rmtree(_draft(output), ignore_errors=True)


def _remove(site: Path) -> None:
    """Remove a folder, its own folders at once: some file systems let the removal of a folder wait for milliseconds."""
    with ThreadPoolExecutor(REMOVED_AT_ONCE) as pool:
        list(pool.map(partial(shutil.rmtree, ignore_errors=True), site.glob("*/")))
    shutil.rmtree(site, ignore_errors=True)


def link_tree(source: Path, target: Path) -> None:
    """Give `target` the files of `source` without copying them: hard links, or copies where there are none."""
    shutil.copytree(source, target, copy_function=link_file)


def link_file(source: str | Path, target: str | Path) -> None:
    """Give `target` the content of `source`, without copying it where the file system can."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
            raise
        shutil.copy2(source, target)


def _open_folders(site: Path) -> None:
    """Every folder as open as the site itself: a copy of the cache's are its user's alone, and no web server's."""
    mode = site.stat().st_mode
    for folder, _, _ in os.walk(site):
        Path(folder).chmod(mode)


def _draft(output: Path) -> Path:
    return output.with_name(f".{output.name}.sitegen-new")


def _aside(output: Path) -> Path:
    return output.with_name(f".{output.name}.sitegen-old")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait for the lock on `folder`; publishing is short, and a killed publisher's lock is gone with it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _swap(draft: Path, output: Path) -> None:
    """Put `draft` in the place of `output`; the old site, if any, is then at one of the places that are cleared."""
    if not output.exists():
        draft.rename(output)
    elif not _exchange(draft, output):
        output.rename(_aside(output))
        try:
            draft.rename(output)
        finally:
            _recover(output)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False if this system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
        return False
    raise OSError(code, os.strerror(code), str(other))
