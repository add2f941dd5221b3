"""A site takes its place whole, or not at all."""

from pathlib import Path

import pytest

from sitegen.errors import PublishError
from sitegen.site.publish import MARKER, check_output, staging


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
    assert output.stat().st_mode & 0o777 == 0o755


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


def test_a_swap_that_fails_half_way_brings_the_old_site_back(output, tree, monkeypatch):
    before = tree(output.parent)
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


def test_a_folder_that_sitegen_did_not_write_is_refused_and_untouched(tmp_path, tree):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("years of work", "utf-8")
    before = tree(tmp_path)
    with pytest.raises(PublishError, match="did not write"), staging(tmp_path / "site"):
        pytest.fail("nothing may be written for a place that is refused")
    assert tree(tmp_path) == before


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


def test_a_place_that_cannot_be_written_is_an_error_with_its_name(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PublishError, match=r"file/site: cannot be written"), staging(tmp_path / "file" / "site"):
        pytest.fail("there is nowhere to write")
