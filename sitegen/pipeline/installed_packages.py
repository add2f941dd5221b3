"""Files and versions of installed packages, without importing them."""

from __future__ import annotations

import importlib.util
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

from sitegen.errors import SourceError


def package_folder(name: str) -> Path:
    """Return the folder of the installed package `name`.

    Raises:
        SourceError: it is not installed, or is not a package with a folder.
    """
    try:
        spec = importlib.util.find_spec(name) if name.isidentifier() else None
    except ValueError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(f"package {name!r} is not installed here; install it, or correct its name")
    return Path(next(iter(spec.submodule_search_locations)))


def package_release(name: str) -> str:
    """Return `distribution==version` of the package `name`, for example `scikit-learn==1.9.1`."""
    distributions = _distributions().get(name)
    if not distributions:
        return f"{name} (not from a distribution)"
    return f"{distributions[0]}=={version(distributions[0])}"


@cache
def installed_version(distribution: str) -> str | None:
    """Return the version of a distribution; None if it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


@cache
def _distributions() -> dict[str, list[str]]:
    return {name: sorted(set(found)) for name, found in packages_distributions().items()}
