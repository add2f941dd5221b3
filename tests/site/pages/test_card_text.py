"""The card of a dataset: somebody else's Markdown, tamed."""

from __future__ import annotations

import pytest

from sitegen.site.pages.views.dataset_card import card_html


def test_text_lists_tables_and_absolute_links_stay():
    html = card_html("# Talks\n\nOf *two* [people](https://example.org/?a=1&b=2).\n\n- one\n\n| a |\n|---|\n| b |\n")
    assert html.startswith(
        '<p class="heading">Talks</p>\n<p>Of <em>two</em> <a href="https://example.org/?a=1&amp;b=2"'
    )
    assert 'rel="noopener nofollow ugc">people</a>.' in html
    assert "<li>one</li>" in html
    assert "<td>b</td>" in html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a <script>alert(1)</script> b", "<p>a alert(1) b</p>\n"),
        ("<div align=center>\n<img src=x onerror=alert(1)>\n</div>", ""),
        ("![a picture](https://example.org/x.png)", "<p>a picture</p>\n"),
        ("![<img src=x onerror=alert(1)>](https://example.org/x.png)", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](data/readme.md) and [b](#there)", "<p>a and b</p>\n"),
        ("[![a](x.png)](y.html)", "<p>a</p>\n"),
    ],
)
def test_markup_pictures_and_relative_links_stay_out(markdown, html):
    assert card_html(markdown) == html


def test_the_card_is_on_the_about_page(tiny):
    about = (tiny.folder / "tiny" / "about" / "index.html").read_text("utf-8")
    assert 'Of <a href="https://example.org/card" rel="noopener nofollow ugc">its makers</a>' in about
    assert "<p>a tracker</p>" in about
    assert '<p class="heading">Terms</p>' in about
