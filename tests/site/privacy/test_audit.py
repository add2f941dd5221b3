"""`sitegen check`: every kind of problem is found where it is, and a sound site has none."""

import pytest

from sitegen.errors import PublishError
from sitegen.site.output.audit import audit_site

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
PAGE = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8">{META}<title>A page</title></head>
<body>
<h1 id="top">A page</h1>
<a href="deep/page.html#part">deep</a>
</body>
</html>
"""
DEEP = PAGE.replace("deep/page.html#part", "../").replace("</h1>", '</h1><h2 id="part">Part</h2>')


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site" / "deep").mkdir(parents=True)
    (tmp_path / "site" / "index.html").write_text(PAGE)
    (tmp_path / "site" / "deep" / "page.html").write_text(DEEP)
    (tmp_path / "site" / "404.html").write_text(PAGE)
    return tmp_path / "site"


def test_a_sound_site_has_no_problem(site):
    assert audit_site(site) == []


def test_the_tiny_site_has_no_problem(tiny):
    assert audit_site(tiny.folder) == []


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("deep/page.html#part", "deep/gone.html", "links to deep/gone.html, which is not there"),
        ("deep/page.html#part", "deep/page.html#gone", "links to deep/page.html#gone, but there is no such part"),
        ('<h1 id="top">', '<h1 id="top"><b id="top"></b>', "id top is used 2 times"),
        ("</a>", '</a><img src="deep/page.html">', "picture deep/page.html has no alt text"),
        (' lang="en"', "", "does not say its language"),
        ("<title>A page</title>", "<title> </title>", "has no title"),
        ("</h1>", "</h1><h3>x</h3>", "heading h3 follows h1, a level is left out"),
        ("</h1>", "</h1><h1>x</h1>", "has 2 headings h1, it should have one"),
        ("</a>", "</a><script>alert(1)</script>", "has a script inside; put it into a file"),
        ("</a>", '</a><b onclick="x()">x</b>', "has a handler onclick on <b>; put it into a script file"),
        ("</a>", '</a><a href=" JavaScript:x()">x</a>', "has a script as the href of <a>"),
        (META, "", "has no Content-Security-Policy"),
        (META, META * 2, "has more than one Content-Security-Policy"),
        ("script-src 'self'", "script-src 'self' 'unsafe-eval'", "its policy allows script-src 'unsafe-eval'"),
        ("img-src 'self'", "img-src https://cdn.example", "its policy allows img-src https://cdn.example"),
        ("base-uri 'none'; ", "", "its policy lacks base-uri"),
        ("</a>", '</a><script src="//cdn.example/x.js"></script>', "loads //cdn.example/x.js from another host"),
    ],
)
def test_a_problem_is_found_in_its_page(site, before, after, problem):
    page = PAGE.replace(before, after)
    assert page != PAGE
    (site / "index.html").write_text(page)
    found = [line for line in audit_site(site) if not line.endswith("no page leads here")]
    assert f"index.html: {problem}" in found


def test_html_that_does_not_validate_is_found_with_its_line(site):
    (site / "index.html").write_text(PAGE.replace("</h1>", "</h1></div>"))
    assert audit_site(site) == ["index.html:5: not valid HTML: unexpected-end-tag"]


def test_a_page_that_no_page_leads_to_is_found(site):
    (site / "index.html").write_text(PAGE.replace("deep/page.html#part", "#top"))
    assert audit_site(site) == ["deep/page.html: no page leads here"]


def test_a_fragment_for_a_script_is_no_part_of_a_page(site):
    (site / "index.html").write_text(PAGE.replace("#part", "#topic=3"))
    assert audit_site(site) == []


def test_a_symbolic_link_is_found(site):
    (site / "link.txt").symlink_to(site / "index.html")
    assert audit_site(site) == ["link.txt: is a symbolic link"]


def test_a_folder_without_a_site_is_an_error(tmp_path):
    with pytest.raises(PublishError, match="holds no site"):
        audit_site(tmp_path)
