"""Where a model is: a hub name, a local path, or `package:NAME/PATH` inside an installed package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sitegen.errors import ModelError, SourceError
from sitegen.pipeline.sources.installed import package_folder, package_release

PACKAGE = "package:"


@dataclass(frozen=True)
class ModelReference:
    """A model that can be loaded.

    Attributes:
        path: a local folder or file, or None for a hub name.
        name: what to load: the local path as text, or the hub name.
        revision: names the weights.
    """

    path: Path | None
    name: str
    revision: str


def find_model(model: str, root: Path, field: str) -> ModelReference:
    """Resolve a model reference, which stands in `field` of the config.

    Raises:
        ModelError: a package or local path is not there.
    """
    if model.startswith(PACKAGE):
        package, _, inner = model.removeprefix(PACKAGE).partition("/")
        try:
            path = package_folder(package) / inner
        except SourceError as error:
            raise ModelError(f"model {model!r}: {error}", field) from error
        return _local(model, path, package_release(package), field)
    if model.startswith((".", "/")) or model.endswith(".gguf"):
        path = root / model
        size = path.stat().st_size if path.is_file() else 0
        return _local(model, path, f"{path.name} {size} bytes", field)
    return ModelReference(None, model, model)


def _local(model: str, path: Path, revision: str, field: str) -> ModelReference:
    if not path.exists():
        raise ModelError(f"model {model!r}: {path} does not exist", field)
    return ModelReference(path, str(path), revision)
