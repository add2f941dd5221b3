"""Rows of CSV and TSV as spreadsheets, pandas, Spark, databases and R write them.

What the config does not say of delimiter, quotes and escapes is told by the beginning of the file, and the user is
told of it. RFC 4180 is what most write; Excel writes semicolons where a comma is the decimal mark, Spark and
PostgreSQL may escape quotes by a backslash, and most writers of TSV know no quotes at all.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sitegen.errors import SourceError
from sitegen.pipeline.sources.data_file import DataFile, text_lines
from sitegen.pipeline.sources.options import Options

SAMPLE_CHARS = 1 << 18
"""Of the beginning, by which a file is recognised."""
DELIMITERS = (",", ";", "\t", "|")
ALIKE = 0.9
"""Share of the records that have as many fields as the first line, where a delimiter is right."""
MANY_LINES = 1000
"""A field with more line ends is rather a quote that someone left open."""
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
"""What Excel writes and reads before the header."""
LONGEST_NAME = 120
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
WHOLE_QUOTED = re.compile(r'"(?:[^"]|"")*"')
CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
SHOWN = {"\t": r'"\t"', "\\": r"'\'"}
"""Values of options as YAML takes them, where `repr` writes them otherwise."""

Record = list[str | None]


@dataclass(frozen=True)
class Dialect:
    r"""How fields are written.

    Attributes:
        delimiter: between fields.
        quoted: whether a field may stand in double quotes.
        escape: what comes before a quote that does not end the field; in fields without quotes, before `t`, `n` and
            the like. None where quotes are doubled and nothing else is escaped.
    """

    delimiter: str
    quoted: bool
    escape: str | None


def csv_rows(file: DataFile, options: Options, default: str) -> Iterator[dict[str, object]]:
    """Return the rows of a CSV or TSV file; empty fields are missing values, for there is no other way to write them.

    Columns without a name at the end of the header are dropped if they are empty; others are `Unnamed: 0` and so on.

    Args:
        default: the delimiter where neither config nor file name one.

    Raises:
        SourceError: a line does not fit the header, or quotes do not.
    """
    csv.field_size_limit(sys.maxsize)
    lines, skipped = _from_header(file)
    head, size = [], 0
    for line in lines:
        head.append(line)
        if (size := size + len(line)) > SAMPLE_CHARS:
            break
    if len(head) == 1 and "\r" in head[0].rstrip("\r\n"):  # as old Macs end lines
        head = [line + "\n" for line in head[0].replace("\r\n", "\r").split("\r")]
    marked = SEPARATOR_LINE.fullmatch(skipped)
    dialect = find_dialect(head, options, marked[1] if marked else None, default, file.name)
    yield from _rows(_Records(chain(head, lines), dialect, 1 if skipped else 0), file.name, options)


def _from_header(file: DataFile) -> tuple[Iterator[str], str]:
    """Return the lines from the header on, and the line before it that names the delimiter, if there is one."""
    lines = text_lines(file)
    first = next(lines, "")
    return (lines, first) if SEPARATOR_LINE.fullmatch(first) else (chain([first] if first else [], lines), "")


class _Records:
    """The records of lines, and where they are.

    Attributes:
        start: number of the first line of the record that was read last.
        text: the line that was read last.
    """

    def __init__(self, lines: Iterable[str], dialect: Dialect, skipped: int) -> None:
        self.dialect = dialect
        self.start = 0
        self.text = ""
        self._skipped = self._number = skipped
        self._lines = lines

    @property
    def line(self) -> int:
        """Number of the line that was read last."""
        return self._number

    def __iter__(self) -> Iterator[Record]:
        dialect = self.dialect
        if dialect.quoted:
            reader = csv.reader(self._counted(), delimiter=dialect.delimiter, strict=True)
            self.start = self._number + 1
            for record in reader:
                if record:
                    yield list(record)
                self.start = self._number + 1
            return
        for line in self._counted():
            self.start = self._number
            if content := line.rstrip("\r\n"):
                fields = content.split(dialect.delimiter)
                yield [_unescaped(field, dialect.escape) for field in fields] if dialect.escape else list(fields)

    def _counted(self) -> Iterator[str]:
        escape = self.dialect.escape if self.dialect.quoted else None
        pattern = re.compile(f'{re.escape(escape)}([{re.escape(escape)}"])') if escape else None
        for line in self._lines:
            self._number += 1
            self.text = line
            # To the doubled quotes that the library reads: its own `escapechar` would eat every backslash.
            yield pattern.sub(lambda found: '""' if found[1] == '"' else found[1], line) if pattern else line


def _unescaped(field: str, escape: str) -> str | None:
    r"""Return a field as PostgreSQL and MySQL write it in text: `\N` is missing, `\t` a tab."""
    if field == f"{escape}N":
        return None
    return re.sub(f"{re.escape(escape)}(.)", lambda found: CONTROLS.get(found[1], found[1]), field)


def _rows(records: _Records, name: str, options: Options) -> Iterator[dict[str, object]]:
    width, short, first_short = 0, 0, 0
    names: list[str] = []
    try:
        for record in records:
            if not width:
                names = _names(record, name, records.start)
                width = len(names)
                if odd := next(filter(_is_no_name, names), None):
                    options.remarks.tell(
                        f"{name}: line {records.start:,} is read as the names of the columns, one of them "
                        f"{odd[:40]!r}; if it is a row, put a line of names above it"
                    )
                continue
            if len(record) > width and any((cell or "").strip() for cell in record[width:]):
                raise SourceError(
                    f"{name}: line {records.line:,} has {len(record)} fields, the first line has {width}"
                    f"{_advice(records, width)}",
                    "path",
                )
            if len(record) < width:
                short, first_short = short + 1, first_short or records.line
            if records.line - records.start > MANY_LINES:
                options.remarks.warn(
                    f"{name}: lines {records.start:,} to {records.line:,} are one row, for a quote opens there; "
                    "if it is a quote like any other, say quoting: none"
                )
            row = dict.fromkeys(names)
            row.update((key, cell or None) for key, cell in zip(names, record, strict=False))
            yield row
    except csv.Error as error:
        start = f" (the row begins in line {records.start:,})" if records.start < records.line else ""
        raise SourceError(
            f"{name}: line {records.line:,} is not valid CSV: {error}{start}{_advice(records, width)}", "path"
        ) from error
    finally:
        if short:
            options.remarks.tell(
                f"{name}: {short:,} rows have fewer fields than the first line, first in line {first_short:,}; what "
                "they lack is missing"
            )


def _advice(records: _Records, width: int) -> str:
    """Return what may mend it."""
    if records.dialect.quoted and not records.dialect.escape and '\\"' in records.text:
        return r"; if a backslash escapes quotes, say escape: '\'"
    if records.dialect.quoted and '"' in records.text:
        return "; if quotes are characters like any other, say quoting: none"
    above = "lines above the names of the columns must go; " if width == 1 else ""
    return f"; {above}delimiter, quoting and escape say how fields are written"


def _names(header: Record, name: str, line: int) -> list[str]:
    names = [(cell or "").strip() for cell in header]
    while len(names) > 1 and not names[-1]:
        names.pop()
    names = [each or f"Unnamed: {place}" for place, each in enumerate(names)]
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice is not None:
        raise SourceError(f"{name}: line {line}: two columns are called {twice!r}", "path")
    return names


def _is_no_name(text: str) -> bool:
    """Whether a column is hardly called so: a number or a long text is rather a value."""
    return len(text) > LONGEST_NAME or NUMBER.fullmatch(text) is not None


def find_dialect(head: Sequence[str], options: Options, marked: str | None, default: str, name: str) -> Dialect:
    """Find how the file is written whose first lines are `head`: as the options say, else as it looks.

    Args:
        marked: the delimiter that the file itself names.
        default: the delimiter of files of this kind.
        name: of the file, for what the user is told.
    """
    whole = sum(map(len, head)) <= SAMPLE_CHARS
    delimiter = options.delimiter or marked or _delimiter(head, default, whole=whole)
    quoted = options.quoting != "none"
    escape = options.escape
    if options.quoting is None and default == "\t" and escape is None:
        quoted = _is_quoted(head, delimiter, whole=whole)
    if quoted and escape is None:
        plain, escaped = (Dialect(delimiter, True, each) for each in (None, "\\"))
        if any('\\"' in line for line in head) and _alike(head, plain, whole=whole) < 1:
            escape = "\\" if _alike(head, escaped, whole=whole) >= ALIKE else None
    found = {
        "delimiter": delimiter if options.delimiter is None and delimiter != default else None,
        "escape": escape if options.escape is None else None,
    }
    for option, value in found.items():
        if value is not None:
            options.remarks.recognise(option, value, f"{name}: {option} {SHOWN.get(value, repr(value))}, as it looks")
    return Dialect(delimiter, quoted, escape)


def _delimiter(head: Sequence[str], default: str, *, whole: bool) -> str:
    """Return the default, unless the header has one column by it, and several by another that all lines agree with."""
    if not head or len(_first(head, default)) > 1:
        return default
    for delimiter in DELIMITERS:
        several = delimiter != default and len(_first(head, delimiter)) > 1
        if several and max(_alike(head, Dialect(delimiter, quoted, None), whole=whole) for quoted in (True, False)) >= (
            ALIKE
        ):
            return delimiter
    return default


def _first(head: Sequence[str], delimiter: str) -> list[str]:
    return next(csv.reader(head[:1], delimiter=delimiter), [])


def _is_quoted(head: Sequence[str], delimiter: str, *, whole: bool) -> bool:
    """Whether the fields that begin with a quote are quoted ones, and not texts that begin with a quote."""
    fields = [field for line in head for field in line.rstrip("\r\n").split(delimiter) if field.startswith('"')]
    if not fields:
        return False
    if all(WHOLE_QUOTED.fullmatch(field) for field in fields):
        return True
    as_they_are = _alike(head, Dialect(delimiter, False, None), whole=whole)
    return as_they_are < 1 and _alike(head, Dialect(delimiter, True, None), whole=whole) == 1


def _alike(head: Sequence[str], dialect: Dialect, *, whole: bool) -> float:
    """Share of the records that have as many fields as the first; 0 where quotes do not fit."""
    widths: list[int] = []
    try:
        for record in _Records(head, dialect, 0):
            widths.append(len(record))  # noqa: PERF401, those before an error count
    except csv.Error as error:
        if whole or "end of data" not in str(error):
            return 0.0
    if not whole:
        widths = widths[:-1]  # the last line may be cut
    return widths.count(widths[0]) / len(widths) if widths else 0.0
