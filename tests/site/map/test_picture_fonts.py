"""Which font writes a name in the pictures to take away. `squares.ttf` has squares for 日本語地図, नि and ש."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from sitegen.errors import PublishError
from sitegen.site.map.summary import read_summary
from sitegen.site.pages.files import picture_fonts as module
from sitegen.site.pages.files.picture_fonts import SOURCE_SANS, PictureFonts, picture_fonts
from sitegen.site.pages.files.pictures import LIGHT, Caption, _drawn, _shortened

HERE = Path(__file__).parent


@pytest.fixture
def fonts():
    return picture_fonts(["squares.ttf"], HERE)


def test_the_bundled_font_writes_what_it_can_the_next_the_rest(fonts):
    assert fonts.that_writes("Maps, карты, χάρτες") == SOURCE_SANS
    assert fonts.that_writes("日本語 地図").regular == HERE / "squares.ttf"
    assert fonts.that_writes("日本語 map") is None
    assert fonts.unwritable(["Maps", "日本語", "กรุงเทพ"]) == ("กรุงเทพ",)
    assert PictureFonts().unwritable(["Maps", "日本語"]) == ("日本語",)


def test_a_text_beyond_every_font_takes_the_one_that_has_most(fonts):
    assert fonts.best("a map of 日本")[1] == "a map of "
    assert fonts.best("日本語地図: a") == (fonts.faces[1], "日本語地図 ")


@pytest.mark.parametrize("name", ["नि", "ש"])
def test_letters_that_need_shaping_are_written_only_with_it(name, fonts, monkeypatch):
    monkeypatch.setattr(module, "_can_shape", lambda: False)
    assert fonts.unwritable([name, "न"]) == (name,)
    monkeypatch.setattr(module, "_can_shape", lambda: True)
    assert fonts.unwritable([name, "न"]) == ()


def test_names_and_title_are_drawn_with_the_font_of_the_project(fonts, tiny):
    folder = tiny.folder.parent / "rendered" / "tiny"
    summary = read_summary(folder)
    bare = next(each for each in summary.pictures if each.shape.name == "card")
    labels = tuple(
        dataclasses.replace(label, type=dataclasses.replace(label.type, lines=("日本",))) for label in bare.labels
    )
    bare = dataclasses.replace(bare, labels=labels)

    def pixels(fonts, labels):
        drawn = _drawn(folder, summary, dataclasses.replace(bare, labels=labels), Caption("地図", "", ""), LIGHT, fonts)
        return np.asarray(drawn.convert("L")).astype(int)

    assert labels
    title, names = pixels(fonts, ()), pixels(fonts, labels)
    nothing = pixels(PictureFonts(), labels)
    assert (title < 60).sum() > (nothing < 60).sum() + 300
    assert (names != title).sum() > 100
    assert (nothing == pixels(PictureFonts(), ())).all()


def test_what_is_no_font_is_told_before_anything_is_drawn(tmp_path):
    with pytest.raises(PublishError, match=r"^site\.picture_fonts: .*none\.otf does not exist; paths start at"):
        picture_fonts(["none.otf"], tmp_path)
    (tmp_path / "page.woff2").write_bytes(b"no font")
    with pytest.raises(PublishError, match=r"page\.woff2 is no font \(.*\); OTF, TTF and TTC files are"):
        picture_fonts(["page.woff2"], tmp_path)


def test_another_font_under_the_same_name_is_another_font(fonts, tmp_path):
    shutil.copy(HERE / "squares.ttf", tmp_path)
    assert picture_fonts(["squares.ttf"], tmp_path).digest() == fonts.digest()
    shutil.copy(SOURCE_SANS.regular, tmp_path / "squares.ttf")
    assert picture_fonts(["squares.ttf"], tmp_path).digest() != fonts.digest()


@pytest.mark.parametrize("text", ["A title of many words. " * 40, "i" * 400, "W"])
def test_a_long_text_is_cut_at_the_last_letter_that_fits(text):
    font = SOURCE_SANS.font(text, 20, strong=False)
    for room in (3.0, 100.0, 301.5):
        shown = _shortened(font, text, room)
        if font.getlength(text) <= room:
            assert shown == text
            continue
        kept = max([end for end in range(len(text)) if font.getlength(f"{text[:end]}…") <= room], default=0)
        assert shown == f"{text[:kept].rstrip()}…"
