"""How to add optional parts to this installation: the one place that says so.

On PyPI `sitegen` is a program of somebody else, and `sitegen-maps` was free in November 2026. So no command names
either without the address it comes from.
"""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from shlex import quote
from typing import Any
from urllib.parse import unquote, urlsplit

DISTRIBUTION = "sitegen-maps"
"""The `name` in `pyproject.toml`; the package and the command are `sitegen`."""


def install_command(*extras: str) -> str:
    """Return the command that adds `extras` to this sitegen, from where it was installed.

    That place is on record as PEP 610 (`direct_url.json`) says: a folder, a repository or an archive. Where there is
    no record, the command is one for sitegen's own checkout.
    """
    extra = f"[{','.join(extras)}]"
    origin = _origin()
    url = str(origin.get("url", ""))
    if "dir_info" in origin and url.startswith("file:"):
        editable = "--editable " if origin["dir_info"].get("editable") else ""
        return f"pip install {editable}{quote(unquote(urlsplit(url).path) + extra)}"
    if "vcs_info" in origin:
        version_control = origin["vcs_info"]
        url = f"{version_control.get('vcs', 'git')}+{url}@{version_control.get('commit_id', 'HEAD')}"
    if url:
        return f"pip install {quote(f'{DISTRIBUTION}{extra} @ {url}')}"
    return f"pip install {quote(f'.{extra}')} in its checkout"


def _origin() -> dict[str, Any]:
    """Where pip installed sitegen from; empty if that is not known."""
    try:
        found = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
