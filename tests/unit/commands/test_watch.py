"""Changes are noticed, each once and when they are over."""

import pytest

from sitegen.commands.serve.watch import changes, watched


class Steps:
    """Stands for the time between two looks: does one thing in each."""

    def __init__(self, *steps):
        self.steps = list(steps)

    def __call__(self, _):
        if not self.steps:
            raise KeyboardInterrupt
        if step := self.steps.pop(0):
            step()


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "datasets.yaml"
    path.write_text("one")
    return path


def names(found):
    return [path.name for path in found]


def write(path, text):
    def step():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return step


def collect(config, *steps):
    """All that is told until the steps are over."""
    told = []
    with pytest.raises(KeyboardInterrupt):
        told.extend(names(each) for each in changes(watched(config), Steps(*steps)))
    return told


def test_nothing_changed_is_not_told(config):
    assert collect(config, None, None, None) == []


@pytest.mark.parametrize("name", ["datasets.yaml", "templates/a/b.html.j2", "static/css/brand.css", "pages/new.md"])
def test_a_change_is_told_with_its_file(config, name):
    told = collect(config, write(config.parent / name, "longer than before"), None, None)
    assert [each[-1] for each in told] == [name.rpartition("/")[2]]


def test_a_removed_file_is_a_change(config):
    assert collect(config, config.unlink, None) == [["datasets.yaml"]]


def test_changes_that_follow_each_other_are_one(config):
    steps = [write(config, "12345"), write(config, "1234567"), None, None]
    assert collect(config, *steps) == [["datasets.yaml"]]


def test_what_is_no_source_of_the_site_is_not_watched(config):
    assert collect(config, write(config.parent / "build" / "index.html", "new"), None, None) == []


def test_what_changes_while_the_caller_works_is_told_next(config):
    generator = changes(watched(config), Steps(write(config, "12345"), None, None, None))
    next(generator)
    write(config, "1234567")()
    assert names(next(generator)) == ["datasets.yaml"]
