"""A site takes its place whole, or not at all."""

import errno
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sitegen.errors import PublishError
from sitegen.site.output import staging as staging_module
from sitegen.site.output.staging import MARKER, check_output, link_tree, recover, staging

REPO = Path(__file__).resolve().parents[3]


@pytest.fixture
def output(tmp_path):
    """A place that holds a published site and has a neighbour."""
    (tmp_path / "neighbour.txt").write_text("mine", "utf-8")
    output = tmp_path / "site"
    with staging(output) as folder:
        (folder / "index.html").write_text("old", "utf-8")
        (folder / "old").mkdir()
        (folder / "old" / "page.html").write_text("old", "utf-8")
    return output


def test_a_new_site_appears_with_its_marker(output, tree):
    assert sorted(tree(output)) == [MARKER, "index.html", "old", "old/page.html"]
    assert (output / MARKER).read_text("utf-8").startswith("sitegen ")


def test_a_site_is_readable_by_a_web_server(output):
    with staging(output) as folder:
        (folder / "map").mkdir(mode=0o700)
        (folder / "map" / "tiles").mkdir(mode=0o700)
    folders = [output, *(path for path in output.rglob("*") if path.is_dir())]
    assert [path.stat().st_mode & 0o777 for path in folders] == [0o755] * 3


def test_folders_above_the_output_are_made(tmp_path):
    with staging(tmp_path / "a" / "b" / "site"):
        pass
    assert (tmp_path / "a" / "b" / "site" / MARKER).is_file()


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "site").mkdir()
    with staging(tmp_path / "site") as folder:
        (folder / "index.html").touch()
    assert (tmp_path / "site" / "index.html").is_file()


def test_a_site_is_replaced_whole(output, tree):
    with staging(output) as folder:
        assert list(folder.iterdir()) == [folder / MARKER]
        (folder / "index.html").write_text("new", "utf-8")
        assert (output / "index.html").read_text("utf-8") == "old"
    assert sorted(tree(output)) == [MARKER, "index.html"]
    assert (output / "index.html").read_text("utf-8") == "new"


def test_nothing_is_left_beside_the_site(output):
    with staging(output):
        pass
    assert sorted(path.name for path in output.parent.iterdir()) == ["neighbour.txt", "site"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, PublishError, OSError])
def test_an_error_leaves_the_old_site_byte_for_byte(output, tree, error):
    before = tree(output.parent)
    with pytest.raises(PublishError if error is OSError else error), staging(output) as folder:
        (folder / "index.html").write_text("half", "utf-8")
        raise error("broken off")
    assert tree(output.parent) == before


def test_an_error_before_there_is_a_site_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), staging(tmp_path / "site"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def no_exchange(monkeypatch):
    """As on a file system that cannot exchange folders."""
    monkeypatch.setattr(staging_module, "_exchange", lambda one, other: False)


def test_an_old_site_is_exchanged_for_the_new_one_in_one_step(output, monkeypatch):
    monkeypatch.setattr(Path, "rename", lambda *_: pytest.fail("between two renames there is no site"))
    with staging(output) as folder:
        (folder / "index.html").write_text("new", "utf-8")
    assert (output / "index.html").read_text("utf-8") == "new"


def test_a_file_system_without_exchange_will_do(output, tree, monkeypatch):
    no_exchange(monkeypatch)
    with staging(output) as folder:
        (folder / "index.html").write_text("new", "utf-8")
    assert sorted(tree(output)) == [MARKER, "index.html"]
    assert sorted(path.name for path in output.parent.iterdir()) == ["neighbour.txt", "site"]


KILL = """
import os, pathlib, signal, sys
from sitegen.site.output import staging
output, moment = pathlib.Path(sys.argv[1]), sys.argv[2]
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
rename = pathlib.Path.rename
if moment.startswith("fallback"):
    staging._exchange = lambda one, other: False
if moment == "fallback between renames":
    pathlib.Path.rename = lambda self, target: die() if target == output else rename(self, target)
if moment.endswith("clearing"):
    staging.shutil.rmtree = lambda path, **_: die() if path.exists() else None
with staging.staging(output) as folder:
    (folder / "index.html").write_text("new")
    if moment == "writing":
        die()
"""


@pytest.mark.parametrize(
    ("moment", "whole"),
    [("writing", "old"), ("fallback between renames", "old"), ("clearing", "new"), ("fallback clearing", "new")],
)
def test_a_publisher_killed_at_any_moment_leaves_a_whole_site(output, tree, moment, whole):
    command = [sys.executable, "-c", KILL, output, moment]
    assert subprocess.run(command, env={**os.environ, "PYTHONPATH": str(REPO)}).returncode == -signal.SIGKILL
    recover(output)
    assert (output / "index.html").read_text("utf-8") == whole
    assert ("old" in tree(output)) == (whole == "old")
    assert sorted(path.name for path in output.parent.iterdir()) == ["neighbour.txt", "site"]
    with staging(output) as folder:
        (folder / "index.html").write_text("newest", "utf-8")
    assert (output / "index.html").read_text("utf-8") == "newest"


def test_a_full_disk_is_told_and_leaves_the_old_site(output, tree):
    before = tree(output.parent)
    with pytest.raises(PublishError, match=r"site: cannot be written: No space left on device"), staging(output):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert tree(output.parent) == before


def test_a_full_disk_while_copying_is_told_in_one_sentence(output, tmp_path, tree, monkeypatch):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "points.js").touch()
    before = tree(output)
    full = f"[Errno {errno.ENOSPC}] {os.strerror(errno.ENOSPC)}: "

    def no_room(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "points.js")

    monkeypatch.setattr(os, "link", no_room)
    with pytest.raises(PublishError, match=rf"site: cannot be written: {re.escape(full)}"), staging(output) as folder:
        link_tree(tmp_path / "map", folder / "map")
    assert tree(output) == before


def test_files_are_linked_or_copied_where_links_are_impossible(output, tmp_path, tree, monkeypatch):
    link_tree(output, tmp_path / "linked")
    assert (tmp_path / "linked" / "index.html").samefile(output / "index.html")

    def impossible(*_):
        raise OSError(errno.EXDEV, "other file system")

    monkeypatch.setattr(os, "link", impossible)
    link_tree(output, tmp_path / "copied")
    assert tree(tmp_path / "copied") == tree(output)
    assert not (tmp_path / "copied" / "index.html").samefile(output / "index.html")


def test_a_swap_that_fails_half_way_brings_the_old_site_back(output, tree, monkeypatch):
    before = tree(output.parent)
    no_exchange(monkeypatch)
    rename = Path.rename

    def failing(self, target):
        if target == output and (self / "index.html").read_text("utf-8") == "new":
            raise OSError("no more")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(PublishError, match="no more"), staging(output) as folder:
        (folder / "index.html").write_text("new", "utf-8")
    monkeypatch.undo()
    assert tree(output.parent) == before


def test_a_foreign_folder_is_refused_and_untouched(tmp_path, tree):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("years of work", "utf-8")
    before = tree(tmp_path)
    with pytest.raises(PublishError, match="did not write"), staging(tmp_path / "site"):
        pytest.fail("nothing may be written for a place that is refused")
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", [".git", "notes.txt"])
def test_a_site_with_something_foreign_is_refused_and_untouched(output, tree, name):
    (output / name).write_text("gitdir: ../.git/worktrees/site", "utf-8")
    before = tree(output)
    with pytest.raises(PublishError, match=rf"site: holds {re.escape(name)}, not written"), staging(output):
        pytest.fail("nothing may be written for a place that is refused")
    assert tree(output) == before


def test_what_a_file_manager_leaves_in_a_site_does_not_count(output, tree):
    (output / ".DS_Store").touch()
    with staging(output) as folder:
        (folder / "index.html").touch()
    assert sorted(tree(output)) == [MARKER, "index.html"]


def test_a_file_is_refused_and_untouched(tmp_path):
    (tmp_path / "site").write_text("mine", "utf-8")
    with pytest.raises(PublishError, match="not a folder"):
        check_output(tmp_path / "site")
    assert (tmp_path / "site").read_text("utf-8") == "mine"


def test_a_link_to_a_site_is_refused(output):
    link = output.parent / "link"
    link.symlink_to(output)
    with pytest.raises(PublishError, match="not a folder"):
        check_output(link)


def test_an_unwritable_place_is_an_error_with_its_name(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PublishError, match=r"file/site: cannot be written"), staging(tmp_path / "file" / "site"):
        pytest.fail("there is nowhere to write")
