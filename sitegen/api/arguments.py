"""Arguments of the Python interface: checked before anything is written, and named in errors that come later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sitegen.errors import ConfigError, DataError, SitegenError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

OWN_TREE = "tree.parquet"
"""The file that a frame of `hierarchical_topics` is written to; messages do not name it."""
FILES = (("embeddings", "file"), *(("given", key) for key in ("topics", "hierarchy", "bertopic", "space")))
"""Settings that name a file or folder."""
MODELS = (("embeddings", "model"), ("labels", "model"), ("documents", "tokenizer"))
"""Settings that may name one, or something else."""


def checked_path(argument: str, value: object) -> Path:
    """Return a path.

    Raises:
        ConfigError: it is none.
    """
    if not isinstance(value, str | PathLike) or not str(value):
        raise ConfigError(f"argument {argument}: should be a path, not {_kind(value)}")
    return Path(value)


def project_folder(value: object) -> Path:
    """Return the folder of a project, made if it is not there.

    Raises:
        ConfigError: it is no path, or no folder can be there.
    """
    folder = checked_path("project", value)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"argument project: {folder} cannot be a folder ({error.strerror}); name another one"
        ) from error
    return folder


def checked_columns(columns: Mapping[str, object]) -> dict[str, str]:
    """Return the names of columns by argument, without those that are None.

    Raises:
        ConfigError: one is no name.
    """
    found: dict[str, str] = {}
    for argument, value in columns.items():
        if value is None:
            continue
        if not isinstance(value, str) or not value:
            hint = "; a list or array becomes a column of the frame first" if hasattr(value, "__len__") else ""
            raise ConfigError(f"argument {argument}: should be the name of a column, not {_kind(value)}{hint}")
        found[argument] = value
    return found


def checked_layers(layers: object) -> list[dict[str, Any]]:
    """Return layers as mappings.

    Raises:
        ConfigError: they are no list of mappings.
    """
    form = "should be a list such as [{'topic': 'group', 'name': 'group_name'}]"
    if isinstance(layers, str | Mapping) or not isinstance(layers, Sequence):
        raise ConfigError(f"argument layers: {form}, not {_kind(layers)}")
    for number, layer in enumerate(layers):
        if not isinstance(layer, Mapping):
            raise ConfigError(f"argument layers[{number}]: {form}, but it is {_kind(layer)}")
    return [dict(layer) for layer in layers]


def checked_sections(sections: Mapping[str, Any], arguments: Sequence[str], taken: Sequence[str]) -> dict[str, Any]:
    """Return the keywords that are sections of the YAML, with files where the caller has them.

    Args:
        arguments: names of the function's own arguments.
        taken: keys of `given` that it sets.

    Raises:
        ConfigError: one is no section, or sets what the function sets.
    """
    from sitegen.config import DatasetConfig, Section

    known = {*DatasetConfig.model_fields, *DatasetConfig.aliases()} - {"source", "slug", "title"}
    found: dict[str, Any] = {}
    for key, value in sections.items():
        if key == "source":
            raise ConfigError("argument source: the documents are those that the function is given; leave it out")
        if key not in known:
            hint = did_you_mean(key, [*arguments, *known]) or _home_of(key)
            there_are = f"there are {', '.join([*arguments, *sorted(known)])}"
            raise ConfigError(f"argument {key}: unknown, {hint or there_are}")
        field = DatasetConfig.model_fields[DatasetConfig.aliases().get(key, key)]
        if isinstance(field.default, Section) and not isinstance(value, Mapping):
            raise ConfigError(f"argument {key}: should be a dict of settings, not {_kind(value)}")
        found[key] = dict(value) if isinstance(value, Mapping) else value
    for key in taken:
        if key in found.get("given", {}):
            raise ConfigError(f"argument given: {key} is set by an argument of this function; leave it out here")
    for section, key in (*FILES, *MODELS):
        value = found.get(section, {}).get(key)
        if isinstance(value, str | PathLike) and ((section, key) in FILES or Path(value).exists()):
            found[section] = {**found[section], key: str(Path(value).expanduser().resolve())}
    return found


def index_names(frame: object) -> list[str]:
    """Return the names of the levels of an index that a data frame has beside its columns."""
    return [name for name in getattr(getattr(frame, "index", None), "names", ()) if name is not None]


def check_frame(frame: object, table: pa.Table, columns: Mapping[str, str]) -> None:
    """Check that a table has the columns that arguments name, with values that can be what they should.

    Raises:
        DataError: it has not.
    """
    import pyarrow as pa

    index = index_names(frame)
    for argument, column in columns.items():
        if column not in table.column_names:
            known = f"columns are {', '.join(table.column_names)}"
            hint = did_you_mean(column, table.column_names)
            if column in index:
                hint = "it is the index; call reset_index() first"
            raise DataError(f"argument {argument}: no column {column!r}, {hint or known}")
        kind = table.schema.field(column).type
        if pa.types.is_nested(kind) and argument != "text":
            raise DataError(f"argument {argument}: the column {column!r} holds {kind}, not single values")


@contextmanager
def named_arguments(folder: Path, arguments: Mapping[str, str]) -> Iterator[None]:
    """Make errors about the project in `folder` name the arguments of a function instead of places in its files.

    Args:
        arguments: of fields of the dataset's entry, such as `given.x`, the argument that sets them; of others it is
            the keyword of their section. Empty for a section that no argument is named after.
    """
    try:
        yield
    except SitegenError as error:
        place = re.compile(re.escape(str(folder / "datasets.yaml")) + r":\d+:\d+: (?P<field>[\w.\[\]]+): (?P<told>.*)")
        lines = []
        for line in str(error).split("\n"):
            found = place.fullmatch(line)
            if found and found["field"].startswith("site."):
                continue  # the title, which the entry has as well
            told = f"{_argument(found['field'], arguments)}{found['told']}" if found else line
            lines.append(told.replace(f"{folder}/", "").replace(f"{OWN_TREE}: ", ""))
        raise type(error)("\n".join(lines), error.field) from None


def _argument(field: str, arguments: Mapping[str, str]) -> str:
    own = field.removeprefix("datasets[0]").lstrip(".")
    for start, argument in sorted(arguments.items(), key=lambda each: -len(each[0])):
        if not argument and own == start:
            return ""
        if argument and re.match(rf"{re.escape(start)}(?!\w)", own):
            return f"argument {argument}{own.removeprefix(start)}: "
    return f"argument {own}: " if own else ""


def _home_of(key: str) -> str:
    """Tell which section has a key; empty if none, or several."""
    from sitegen.config import DatasetConfig, Section

    homes = [
        name
        for name, field in DatasetConfig.model_fields.items()
        if isinstance(field.default, Section) and key in type(field.default).model_fields
    ]
    return f"write {homes[0]}={{{key!r}: …}}" if len(homes) == 1 else ""


def _kind(value: object) -> str:
    """Return what a value is, for a message."""
    if isinstance(value, str | int | float | bool | None):
        return repr(value)[:60]
    return f"a {type(value).__name__}"


def plain(value: object) -> object:
    """Return a setting that JSON does not know as one that it knows: numbers of NumPy, paths.

    Raises:
        TypeError: it is none of these.
    """
    item: Callable[[], object] | None = getattr(value, "item", None)
    if item is not None and getattr(value, "ndim", 1) == 0:
        return item()
    if isinstance(value, PathLike):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"a {type(value).__name__} is no setting; give texts, numbers, lists and dicts")
