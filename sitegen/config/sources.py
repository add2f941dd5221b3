"""`source:` one section class per kind of source. CONTRIBUTING.md says how to add one."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, Union

from pydantic import BeforeValidator, Field, field_validator, model_validator

from sitegen.config.section import Section


class SourceSection(Section):
    """Base of all kinds of source.

    Attributes:
        reader: `module:Class` of what reads the rows, called with the section and the project's folder. It is named,
            not imported: a config loads no library.
    """

    reader: ClassVar[str]

    tag: str | None = Field(None, min_length=1)
    """Write this into the column `source` for the rows of this source."""

    def label(self) -> str:
        """Return the tag where none is given."""
        raise NotImplementedError

    def describe(self) -> str:
        """Say where the data is, for readers of the map."""
        return self.label()


class PackageSource(SourceSection):
    """`source: {type: package}`: a file that an installed Python package carries."""

    reader = "sitegen.pipeline.sources.package:PackageFile"

    type: Literal["package"]
    package: str = Field(pattern=r"^[A-Za-z_]\w*$")
    """Import name of the package, for example `chitchat_dataset`. The package is not imported."""
    path: str
    """The file, relative to the package, in any format of the source `file`. Of a JSON object of objects the key
    becomes the column `key`."""

    def label(self) -> str:
        """Return the package."""
        return self.package

    def describe(self) -> str:
        """Return the file and the package."""
        return f"{self.path} in the Python package {self.package}"


class DocstringsSource(SourceSection):
    """`source: {type: docstrings}`: the docstrings of installed packages, read with `ast`; nothing is imported.

    Columns: `name` (dotted path), `package`, `kind` (module, class, function), `text`.
    """

    reader = "sitegen.pipeline.sources.docstrings:Docstrings"

    type: Literal["docstrings"]
    packages: tuple[str, ...] = Field(min_length=1)
    """Import names of the packages to read."""

    def label(self) -> str:
        """Return the kind: `package` is a column already."""
        return "docstrings"

    def describe(self) -> str:
        """Return the packages."""
        return f"Docstrings of the Python packages {', '.join(self.packages)}"


class FileSource(SourceSection):
    """`source: {type: file}`: files of your own."""

    reader = "sitegen.pipeline.sources.file:Files"

    type: Literal["file"]
    path: str = Field(min_length=1)
    """A file, a glob such as `data/*.jsonl.gz`, a folder in the Hub's layout (its split `train`; others through the
    source `huggingface`), or an address that fsspec opens, such as `s3://bucket/data.parquet`. Relative to the folder
    of `datasets.yaml`."""
    format: Literal["parquet", "csv", "tsv", "json", "jsonl", "text", "mbox", "whatsapp"] | None = None
    """Taken from the name's ending if absent. `text` gives the column `text`; `mbox` gives `id`, `date`, `from`,
    `subject` and `text` of each mail (`strip_html` takes HTML out); `whatsapp`, a chat exported as text, which is
    recognised, gives `date` and `messages`: a conversation ends where nobody writes for six hours."""
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    """Separator of the fields of a CSV or TSV file. If absent, a comma or a tab; where the header is a single column by
    it, and several by `;`, a tab, `|` or `,`, that one is taken, and the build says so."""
    quoting: Literal["double", "none"] | None = None
    """`double`: a field may stand in double quotes, in which a quote is doubled. `none`: a quote is a character like
    any other, and no field holds a line end. If absent, `double`; of a TSV file, `double` only where the fields that
    begin with a quote are such fields."""
    escape: str | None = Field(None, min_length=1, max_length=1)
    r"""Character before a quote inside of quotes where it is not doubled, such as `\` in files of Spark. With
    `quoting: none`, `\t`, `\n` and `\N` are read as databases write them. If absent, a backslash where quotes fit no
    other way."""
    rows: str | None = Field(None, min_length=1)
    """Keys of a JSON object under which the list of rows is, such as `data` or `response.items`; `.` if the object
    itself is one row. Found by itself where there is one list of objects."""
    per: Literal["line", "file"] = "line"
    """Make a row of each line, or of each file, of `text`. `file` gives the column `file` as well."""

    @field_validator("path")
    @classmethod
    def _no_password(cls, path: str) -> str:
        if re.search(r"://[^/@]*:[^/@]*@", path):
            raise ValueError("a password does not belong here, log in through the environment")
        return path

    def label(self) -> str:
        """Return the path."""
        return self.path

    def describe(self) -> str:
        """Return the name alone: folders of the builder's machine stay private."""
        return self.path.rstrip("/").rpartition("/")[2]


class HuggingFaceSource(SourceSection):
    """`source: {type: huggingface}`: a dataset of the Hugging Face Hub, or a local folder in the Hub's layout.

    A private or gated one is read with the login of the environment (`hf auth login` or HF_TOKEN).
    """

    reader = "sitegen.pipeline.sources.huggingface:HubDataset"

    type: Literal["huggingface"]
    path: str = Field(min_length=1)
    """`owner/name` on the Hub, or a folder."""
    name: str | None = Field(None, min_length=1)
    """One of the dataset's configs."""
    split: str = Field("train", min_length=1)
    """One of the config's splits."""
    revision: str | None = Field(None, min_length=1)
    """Branch, tag or commit; the newest commit if absent."""
    data_files: tuple[str, ...] = ()
    """Files or globs of the repository to read instead of a config: each row as it is, as the source `file` does."""
    streaming: bool = False
    """Read over the network and keep nothing on disk."""
    trust_remote_code: bool = False
    """`true` is an error: since its version 4 the library `datasets` runs no code of a repository."""

    @field_validator("data_files", mode="before", json_schema_input_type=str | tuple[str, ...])
    @classmethod
    def _several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _files_or_config(self) -> Self:
        if self.data_files and self.model_fields_set & {"name", "split"}:
            raise ValueError("data_files says what to read, so name and split say nothing; leave them out")
        if self.trust_remote_code:
            raise ValueError("no code of a repository is run; name its files in data_files instead")
        return self

    def label(self) -> str:
        """Return the repository and its config."""
        return f"{self.path}/{self.name}" if self.name else self.path

    def describe(self) -> str:
        """Return the repository, or the name of a folder, the config and the split."""
        folder = self.path.rstrip("/").rpartition("/")[0] if self.path.startswith(("/", "~", ".")) else ""
        label = self.label().removeprefix(f"{folder}/")
        return f"{label} ({', '.join(self.data_files) or self.split})"


SOURCES: dict[str, type[SourceSection]] = {
    "docstrings": DocstringsSource,
    "file": FileSource,
    "huggingface": HuggingFaceSource,
    "package": PackageSource,
}
"""Every kind of source, by its `type`. Other packages add theirs as entry points of the group `sitegen.sources`."""

BROKEN: dict[str, str] = {}
"""Why an entry point could not be loaded, by `type`."""

for _point in entry_points(group="sitegen.sources"):
    try:
        _section = _point.load()
        if not issubclass(_section, SourceSection):
            raise TypeError(f"{_point.value} is no SourceSection")
        SOURCES.setdefault(_point.name, _section)
    except Exception as error:  # code of another package, which must not take every config with it
        BROKEN[_point.name] = f"{type(error).__name__}: {error}"

if TYPE_CHECKING:
    AnySource = SourceSection
else:
    # Which kinds there are is only known at run time, so no type checker can read the union.
    AnySource = Annotated[Union[tuple(SOURCES.values())], Field(discriminator="type")]  # noqa: UP007


def _several(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Source = Annotated[
    tuple[AnySource, ...],
    Field(min_length=1),
    BeforeValidator(_several, json_schema_input_type=AnySource | tuple[AnySource, ...]),
]
"""One or more sources, concatenated in their order. In the file a single one needs no list."""
