"""What `sitegen build` and `sitegen status` say of edits."""

from click.testing import CliRunner

from sitegen.cli import cli
from sitegen.pipeline.edits.fingerprint import lock_path

from .test_edits_build import Applied, edit, gallery, said

__all__ = ["gallery", "said"]


def test_a_strict_status_fails_while_edits_are_not_applied(gallery):
    def strict_status():
        config = str(gallery.root / "datasets.yaml")
        return CliRunner().invoke(cli, ["status", "--strict", "--config", config])

    edit(gallery, "type: rename, topic: 2, name: Felines")
    assert "one: what became of edits is known after a build" in str(strict_status().exception)
    Applied(gallery)
    assert strict_status().exit_code == 0
    edit(gallery, "type: rename, topic: 1, name: Rails")
    assert "one: what became of edits is known after a build" in str(strict_status().exception)


def test_outcomes_stay_when_edits_change_during_a_build(gallery):
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: note, topic: 1, note: Hm.")
    built = Applied(gallery)
    said = [(each.status, each.say) for each in built.outcomes]
    for rest in (["type: note, topic: 1, note: Hm."], ["type: unknown"], []):
        edit(gallery, *rest)
        assert [(each.status, each.say) for each in built.outcomes] == said
        assert [each.place for each in built.outcomes] == ["one.yaml: edits[0]", "one.yaml: edits[1]"]
    (gallery.root / "edits" / "one.yaml").unlink()
    assert [(each.status, each.say) for each in built.outcomes] == said


def test_a_lock_file_that_was_lost_is_told(gallery, said):
    edit(gallery, "type: rename, topic: 2, name: Felines")
    Applied(gallery)
    assert "one.lock.json was not there" not in said()
    lock_path(gallery.root, "one").unlink()
    Applied(gallery)
    assert "edits: one.lock.json was not there, so they mean the topics that have their numbers now" in said()
    (gallery.root / "edits" / "one.yaml").unlink()
    Applied(gallery)
    edit(gallery, "type: rename, topic: 1, name: Rails")
    Applied(gallery)
    assert "one.lock.json was not there" not in said()
