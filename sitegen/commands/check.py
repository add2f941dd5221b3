"""`sitegen check`: finds what is wrong with a written site, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sitegen.errors import PublishError
from sitegen.site.output.audit import audit_site


def check(folder: Path, say: Callable[[str], None]) -> None:
    """Say each problem of the site in `folder`, or that there is none.

    Raises:
        PublishError: there is a problem, or no site.
    """
    problems = audit_site(folder)
    for problem in problems:
        say(problem)
    if problems:
        raise PublishError(f"{folder}: {len(problems)} problem(s)")
    say(f"{folder}: no problem found")
