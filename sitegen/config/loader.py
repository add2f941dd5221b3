"""YAML -> Config. Every problem is told with file, line, column and field, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from sitegen.config.gallery import Config
from sitegen.config.model import DatasetConfig
from sitegen.config.section import Section, aliases_of_all
from sitegen.config.shared_map import JoinedDataset, shared_map_problems
from sitegen.config.sources import BROKEN, SOURCES
from sitegen.errors import ConfigError, SitegenError, did_you_mean

MAX_BYTES = 1_000_000
MAX_NODES = 50_000
"""Nodes after aliases are expanded: an alias bomb is refused before anything is built from it."""

FORMS = {
    "slug": "lower case letters, digits and hyphens, such as my-map",
    "base_url": "an address such as https://example.org/maps/",
    "homepage": "an address such as https://example.org/",
    "language": "the code of a language, such as en",
    "scheduler": "`local` or an address such as tcp://10.0.0.5:8786",
    "package": "a name that Python imports, such as chitchat_dataset",
    "file": "a file of NumPy, such as vectors.npy",
}
"""What a text with a pattern should be, by its key: nobody should have to read the pattern."""

Location = tuple[str | int, ...]
S = TypeVar("S", bound=Section)


@dataclass(frozen=True)
class Project:
    """A loaded config and where it lives.

    Attributes:
        config: the validated config.
        path: the YAML file, as the user named it.
        root: its folder; relative paths, `.sitegen/` and theme overrides start here.
    """

    config: Config
    path: Path
    root: Path

    def locate(self, dataset: DatasetConfig, field: str) -> str:
        """Return `file:line:column: field` of a dataset's field, such as `source[1].path`, or of its entry.

        A field of the whole file, such as `compute.scheduler`, is known by its section; one of a dataset on a shared
        map, such as `joined[1].source`, is that of the dataset's entry.
        """
        parts = [int(part) if part.isdigit() else part for part in re.findall(r"\w+", field)]
        if dataset.joined and parts[:1] == ["joined"]:
            dataset, parts = dataset.joined[int(parts[1])], parts[2:]
        entry = () if parts and parts[0] in Config.model_fields else self._entry(dataset)
        location: Location = (*entry, *parts)
        try:
            root = YAML(typ="safe", pure=True).compose(read_config(self.path))
            return place(root, location, str(self.path))
        except (ConfigError, YAMLError):
            return str(self.path)

    def _entry(self, dataset: DatasetConfig) -> Location:
        number = self.config.entries.index(dataset)
        datasets = len(self.config.datasets)
        return ("datasets", number) if number < datasets else ("maps", number - datasets)

    @contextmanager
    def placed(self, dataset: DatasetConfig) -> Iterator[None]:
        """Make errors about a dataset say where in the file they come from."""
        try:
            yield
        except SitegenError as error:
            raise type(error)(f"{self.locate(dataset, error.field)}: {error}") from error

    def select(self, slugs: Collection[str]) -> list[DatasetConfig]:
        """Return the datasets and shared maps of these slugs, all if there are none.

        Raises:
            ConfigError: a slug is none of theirs.
        """
        known = [dataset.slug for dataset in self.config.entries]
        unknown = sorted(set(slugs).difference(known))
        if unknown:
            raise ConfigError(f"{self.path}: no dataset {', '.join(unknown)}; there are {', '.join(known)}")
        return [dataset for dataset in self.config.entries if not slugs or dataset.slug in slugs]


def load_project(path: Path) -> Project:
    """Read and validate `path`.

    Raises:
        ConfigError: the file is missing, not YAML, or does not describe a gallery.
    """
    return Project(config=parse_config(read_config(path), str(path)), path=path, root=path.resolve().parent)


def dump_dataset(dataset: DatasetConfig) -> dict[str, object]:
    """Return a dataset's configuration as JSON values; `read_dataset` reads it back."""
    return dataset.model_dump(mode="json", exclude_unset=True)


def read_dataset(data: object) -> DatasetConfig:
    """Return a dataset that `dump_dataset` wrote.

    Raises:
        ValueError: it is none that this version understands.
    """
    kind = JoinedDataset if isinstance(data, dict) and "members" in data else DatasetConfig
    return kind.model_validate(_frozen(data))


def read_config(path: Path, most_bytes: int = MAX_BYTES) -> str:
    """Return the text of a config file.

    Raises:
        ConfigError: it is missing, unreadable, too large or not UTF-8.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file. Copy the one in sitegen's README, or name yours with --config")
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > most_bytes:
        raise ConfigError(f"{path}: larger than {most_bytes:,} bytes, this is not a config")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start}), save it as UTF-8") from error


def parse_config(text: str, name: str = "datasets.yaml") -> Config:
    """Validate the text of a config; `name` is the file name in messages.

    Raises:
        ConfigError: with one line per problem.
    """
    config, node = parse_section(text, name, Config, "a list `datasets:`")
    slugs = [dataset.slug for dataset in config.datasets]
    for index, slug in enumerate(slugs):
        if slug in slugs[:index]:
            where = place(node, ("datasets", index, "slug"), name)
            raise ConfigError(f"{where}: {slug!r} is used twice, each map needs a slug of its own")
    problems = shared_map_problems(config.maps, config.datasets)
    if told := [f"{place(node, where, name)}: {problem}" for where, problem in problems]:
        raise ConfigError("\n".join(told))
    return config


def parse_section(text: str, name: str, kind: type[S], needs: str, most_nodes: int = MAX_NODES) -> tuple[S, Node]:
    """Validate a whole file as a section of this kind; return it and the nodes of its YAML, for `place`.

    Args:
        name: the file name in messages.
        needs: what an empty file is told to hold.

    Raises:
        ConfigError: with one line per problem.
    """
    try:
        node, value = load_yaml(text, most_nodes)
        if node is None:
            raise ConfigError(f"{name}:1:1: the file is empty, it needs {needs}")
        data = _frozen(value)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        what = " ".join(str(error.problem or error.context).split())
        raise ConfigError(f"{name}:{where}: not valid YAML: {what}") from error
    except ReaderError as error:
        line, column = text.count("\n", 0, error.position) + 1, error.position - text.rfind("\n", 0, error.position)
        raise ConfigError(f"{name}:{line}:{column}: not valid YAML: {error.reason}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{name}:1:1: not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{name}:1:1: the file must be a mapping with {needs}")
    try:
        return kind.model_validate(data), node
    except ValidationError as error:
        told = error.errors()
        inner = {p["loc"][:depth] for p in told for depth in range(len(p["loc"]))}
        lines = [_describe(p, node, name, kind) for p in told if p["type"] != "too_short" or p["loc"] not in inner]
        raise ConfigError("\n".join(dict.fromkeys(lines))) from error


def load_yaml(text: str, most_nodes: int = MAX_NODES) -> tuple[Node | None, object]:
    """Parse untrusted YAML into nodes and value: no object is constructed, and aliases are bounded.

    Raises:
        YAMLError, ValueError, RecursionError: it is no YAML, or not in bounds.
    """
    yaml = YAML(typ="safe", pure=True)
    node = yaml.compose(text)
    if node is None:
        return None, None
    if _count(node, most_nodes) > most_nodes:
        raise ValueError(f"more than {most_nodes:,} values after aliases are expanded")
    return node, yaml.constructor.construct_document(node)


def _count(root: Node, most: int) -> int:
    """Nodes as if aliases were copied, or at least `most` + 1."""
    stack, seen = [root], 0
    while stack and seen + len(stack) <= most:
        node = stack.pop()
        seen += 1
        if isinstance(node, MappingNode):
            stack.extend(child for pair in node.value for child in pair)
        elif isinstance(node, SequenceNode):
            stack.extend(node.value)
    return seen + len(stack)


def _frozen(value: object) -> object:
    """Turn lists into tuples, so that a validated config is immutable all the way down."""
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value


def _describe(problem: ErrorDetails, root: Node, name: str, kind: type[Section]) -> str:
    location = problem["loc"]
    if problem["type"] == "union_tag_invalid":
        location = (*location, "type")
    said = re.fullmatch(r"Value error, (\w+(?:\.\w+)*): (.*)", problem["msg"])
    if said and problem["type"] == "value_error":  # a check of a whole entry names the field
        location = (*location, *said[1].split("."))
    where = place(root, location, name)
    key = str(location[-1]) if location else ""
    match problem["type"]:
        case "extra_forbidden":
            known = _keys_at(location[:-1], kind)
            if key in known:  # the field was given under its other name as well
                return f"{where}: the same setting stands here under another name; keep one of them"
            hint = did_you_mean(key, known) or _elsewhere(key) or f"known keys: {', '.join(known)}"
            message = f"unknown key, {hint}"
        case "missing":
            message = f"missing key {key}, it is required"
        case "union_tag_not_found":
            message = f"missing key type, which says what kind of {'source' if kind is Config else 'edit'} this is"
        case "union_tag_invalid" if kind is Config:
            message = _unknown_type(problem["ctx"]["tag"])
        case "union_tag_invalid":
            tag, tags = problem["ctx"]["tag"], re.findall(r"'(\w+)'", problem["ctx"]["expected_tags"])
            message = f"unknown type {tag[:60]!r}, {did_you_mean(tag, tags) or 'there are ' + ', '.join(tags)}"
        case _:
            said_here = said is not None and where.endswith(said[1])
            told = said[2] if said and said_here else problem["msg"].removeprefix("Value error, ")
            message = told.replace("Input should", "should").replace("Tuple", "List")
            if problem["type"] == "string_pattern_mismatch" and key in FORMS:
                message = f"should be {FORMS[key]}"
            # What a check of our own refuses may hold a password.
            if isinstance(problem["input"], str | int | float) and problem["type"] != "value_error":
                message += f", not {str(problem['input'])[:60]!r}"
    return f"{where}: {message}"


def _elsewhere(key: str) -> str:
    """Return the section of a dataset that knows a key as the name of another library; empty if none does."""
    homes = [
        name
        for name, field in DatasetConfig.model_fields.items()
        if any(issubclass(each, Section) and key in each.aliases() for each in _sections_in(field.annotation))
    ]
    return f"it belongs in the section {homes[0]}" if homes else ""


def _unknown_type(kind: str) -> str:
    if kind in BROKEN:
        return f"the package that adds the source {kind!r} could not be loaded ({BROKEN[kind]}); mend or remove it"
    hint = did_you_mean(kind, SOURCES) or f"known kinds of source: {', '.join(sorted(SOURCES))}"
    return f"unknown type {kind[:60]!r}, {hint}"


def place(root: Node, location: Location, name: str) -> str:
    """Return `file:line:column: field` of the deepest part of `location` that the file holds.

    Parts that it does not hold are passed over, such as the 0 of a single source that stands without a list.
    """
    node, mark, field, tag = root, root.start_mark, "", None
    aliases = aliases_of_all()
    for part in location:
        if isinstance(node, MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value if isinstance(key, ScalarNode)}
            written = next((name for name in (str(part), *aliases.get(str(part), ())) if name in pairs), None)
            if part == tag:
                tag = None
            elif written is not None:
                key, node = pairs[written]
                tag = _tag(node) if isinstance(node, MappingNode) else None
                mark = key.start_mark
                text = written
                field += f".{text if text.isprintable() and text else repr(text)}"
        elif isinstance(node, SequenceNode) and isinstance(part, int):
            node = node.value[part]
            tag = _tag(node) if isinstance(node, MappingNode) else None
            mark = node.start_mark
            field += f"[{part}]"
    return f"{name}:{mark.line + 1}:{mark.column + 1}{':' if field else ''} {field.lstrip('.')}".rstrip()


def _tag(node: MappingNode) -> str | None:
    """Return the `type:` of a section: pydantic puts it into locations, the file has no such key."""
    return next((str(value.value) for key, value in node.value if key.value == "type"), None)


def _keys_at(location: Location, kind: type[Section]) -> list[str]:
    """Return the keys that the section at `location` understands, in a file of this kind."""
    sections: list[type[BaseModel]] = [kind]
    for part in location:
        if isinstance(part, int):
            continue
        tagged = [
            s for s in sections if "type" in s.model_fields and part in get_args(s.model_fields["type"].annotation)
        ]
        if tagged:
            sections = tagged
        else:
            names = [s.aliases().get(str(part), str(part)) if issubclass(s, Section) else str(part) for s in sections]
            annotations = [
                s.model_fields[n].annotation for s, n in zip(sections, names, strict=True) if n in s.model_fields
            ]
            sections = [found for annotation in annotations for found in _sections_in(annotation)]
    aliases = [section.aliases() for section in sections if issubclass(section, Section)]
    return sorted({key for section in sections for key in section.model_fields}.union(*aliases))


def _sections_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _sections_in(part)]
