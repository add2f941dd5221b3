"""Where a model is: a hub name, a local path, or `package:NAME/PATH` inside an installed package."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sitegen.errors import ModelError, SourceError
from sitegen.pipeline.installed_packages import package_folder, package_release
from sitegen.pipeline.models.git_lfs import is_pointer

PACKAGE = "package:"
SAMPLES, SAMPLE_BYTES = 64, 4096


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
    if not is_on_hub(model):
        path = root / model
        return _local(model, path, _content_revision(path), field)
    return ModelReference(None, model, model)


def is_on_hub(model: str) -> bool:
    """Tell whether a model reference is a name on the Hub."""
    return not (model.startswith((PACKAGE, ".", "/")) or model.endswith(".gguf"))


def _content_revision(path: Path) -> str:
    """Name and hash of a file or folder, of each file's size and a sample: weights are too large to read whole."""
    found = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            size = file.stat().st_size
            found.update(f"{file.relative_to(path)} {size}\n".encode())
            with file.open("rb") as content:
                for part in range(SAMPLES):
                    content.seek(part * size // SAMPLES)
                    found.update(content.read(SAMPLE_BYTES))
    return f"{path.name} {found.hexdigest()[:16]}"


def _local(model: str, path: Path, revision: str, field: str) -> ModelReference:
    if not path.exists():
        raise ModelError(f"model {model!r}: {path} does not exist", field)
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as stream:
                if is_pointer(stream):
                    raise ModelError(f"{file} is a Git LFS pointer, not the model; run `git lfs pull`", field)
    return ModelReference(path, str(path), revision)
