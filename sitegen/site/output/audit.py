"""All that can be found wrong with a written site without a browser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sitegen.errors import PublishError
from sitegen.site.output.check import Element, Links, check_links, find_links
from sitegen.site.output.neighbor_lists import neighbor_problems

POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'", "'unsafe-inline'"},
    "base-uri": {"'none'"},
    "form-action": {"'none'"},
}
"""The most that the Content-Security-Policy of a page may allow; styles of a map place its labels."""
DATA_TYPES = {"application/json", "application/ld+json"}


def audit_site(folder: Path) -> list[str]:
    """Return the problems of the site in `folder`, one line each, pages in order.

    Links and fragments lead somewhere, every page can be reached, first views keep their budget, HTML has no parse
    error (of the WHATWG's list) and no id twice, pictures have a text, headings skip no level, and the policy is
    strict: no inline script, no handler, nothing from another host. Lists of the documents closest in meaning fit
    their map.

    Raises:
        PublishError: there is no site.
    """
    if not (folder / "index.html").is_file():
        raise PublishError(f"{folder}: holds no site; run `sitegen build` first, or name its folder")
    pages = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.html"))}
    errors, parsed = {}, {}
    for name, html in pages.items():
        errors[name], parsed[name] = parse(html)
    links = {name: find_links(elements) for name, elements in parsed.items()}
    problems = list(check_links(folder, links).problems)
    for name in pages:
        problems += [f"{name}:{line}: {error}" for line, error in errors[name]]
        problems += [f"{name}: {problem}" for problem in page_problems(parsed[name])]
        problems += [f"{name}: {problem}" for problem in neighbor_problems(folder / name, parsed[name])]
    problems += fragment_problems(parsed, links)
    problems += [f"{name}: no page leads here" for name in orphans(links) if not is_moved(parsed[name])]
    problems += [f"{path.relative_to(folder)}: is a symbolic link" for path in folder.rglob("*") if path.is_symlink()]
    return problems


def parse(html: str) -> tuple[list[tuple[int, str]], list[Element]]:
    """Return line and name of each parse error of a page, and its elements in their order."""
    from justhtml import JustHTML

    document = JustHTML(html, collect_errors=True, sanitize=False)
    errors = [(error.line or 0, f"not valid HTML: {error.code}") for error in document.errors]
    return errors, list(_elements(document.root))


def page_problems(elements: list[Element]) -> Iterator[str]:
    """Yield the problems inside one page."""
    ids = Counter(element.attributes["id"] for element in elements if "id" in element.attributes)
    yield from (f"id {name} is used {count} times" for name, count in ids.items() if count > 1)
    if not any(element.tag == "html" and element.attributes.get("lang") for element in elements):
        yield "does not say its language"
    if not any(element.tag == "title" and element.text.strip() for element in elements):
        yield "has no title"
    for element in elements:
        if element.tag == "img" and "alt" not in element.attributes:
            yield f"picture {element.attributes.get('src', '')} has no alt text"
        yield from _script_problems(element)
    yield from _heading_problems(elements)
    yield from _policy_problems(elements)


def fragment_problems(pages: dict[str, list[Element]], links: dict[str, Links]) -> Iterator[str]:
    """Yield links to a part of a page that it does not have. One with `=` in it is for the page's script."""
    ids = {name: {each.attributes.get("id") for each in elements} for name, elements in pages.items()}
    for name in pages:
        for address in _inside(links[name]):
            url = urlsplit(address)
            target = _target(name, url.path) if url.path else name
            fragment = unquote(url.fragment)
            if fragment and "=" not in fragment and target in ids and fragment not in ids[target]:
                yield f"{name}: links to {address}, but there is no such part"


def is_moved(elements: Iterable[Element]) -> bool:
    """Tell whether a page only leads from an old address to a new one."""
    return any(each.tag == "meta" and each.attributes.get("http-equiv") == "refresh" for each in elements)


def orphans(pages: dict[str, Links]) -> list[str]:
    """Return the pages to which no links lead from the first one. The page for what is not found needs none."""
    reached: set[str] = set()
    waiting = ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in pages and name not in reached:
            reached.add(name)
            waiting += [_target(name, urlsplit(address).path) for address in _inside(pages[name])]
    return [name for name in pages if name not in reached and name != "404.html"]


def _elements(node: Any) -> Iterator[Element]:
    for child in node.children or []:
        if child.name.startswith(("#", "!")):
            continue
        text = "".join(part.data or "" for part in child.children or [] if part.name == "#text")
        yield Element(child.name, {name: value or "" for name, value in child.attrs.items()}, text)
        yield from _elements(child)


def _script_problems(element: Element) -> Iterator[str]:
    if element.tag == "script" and element.attributes.get("type") not in DATA_TYPES and element.text.strip():
        yield "has a script inside; put it into a file"
    for name, value in element.attributes.items():
        if name.startswith("on"):
            yield f"has a handler {name} on <{element.tag}>; put it into a script file"
        if name in {"href", "src", "action"} and re.match(r"\s*javascript:", value, re.IGNORECASE):
            yield f"has a script as the {name} of <{element.tag}>"


def _heading_problems(elements: list[Element]) -> Iterator[str]:
    levels = [int(element.tag[1]) for element in elements if re.fullmatch("h[1-6]", element.tag)]
    if levels.count(1) != 1:
        yield f"has {levels.count(1)} headings h1, it should have one"
    for before, level in pairwise(levels):
        if level > before + 1:
            yield f"heading h{level} follows h{before}, a level is left out"


def _policy_problems(elements: list[Element]) -> Iterator[str]:
    policies = [
        element.attributes.get("content", "")
        for element in elements
        if element.tag == "meta" and element.attributes.get("http-equiv", "").lower() == "content-security-policy"
    ]
    if len(policies) != 1:
        yield "has no Content-Security-Policy" if not policies else "has more than one Content-Security-Policy"
        return
    rules = {words[0]: set(words[1:]) for rule in policies[0].split(";") if (words := rule.split())}
    for name, allowed in POLICY.items():
        if name not in rules:
            yield f"its policy lacks {name}"
        elif not rules[name] <= allowed:
            yield f"its policy allows {name} {' '.join(sorted(rules[name] - allowed))}"
    for name in rules.keys() - POLICY.keys():
        if hosts := {word for word in rules[name] if word not in {"'self'", "'none'", "data:", "blob:"}}:
            yield f"its policy allows {name} {' '.join(sorted(hosts))}"


def _inside(links: Links) -> Iterator[str]:
    """Where the links of a page lead inside the site."""
    for address in links.anchors:
        if not urlsplit(address).scheme and not urlsplit(address).netloc:
            yield address


def _target(page: str, path: str) -> str:
    """Return the page that a relative path on `page` names, as a path from the root."""
    parts: list[str] = page.split("/")[:-1]
    for part in unquote(path).split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    name = "/".join(parts)
    return name if name.endswith(".html") else f"{name}/index.html".lstrip("/")
