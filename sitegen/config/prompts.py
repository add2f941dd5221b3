"""`labels.prompt:` what a language model is told of a topic. The default suits a very small model."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from sitegen.config.section import Section

SYSTEM = "Name the topic of these keywords in two to four words."
DESCRIBE = """\
Keywords of the topic "[NAME]": [KEYWORDS].
Some of its documents:
[DOCUMENTS]

Say in one short sentence what these documents have in common. Write the sentence and nothing else."""


class PromptExample(Section):
    """One worked example: the keywords and documents of a topic, and its name."""

    keywords: str
    """Fills `[KEYWORDS]`."""
    name: str
    """The right answer."""
    documents: tuple[str, ...] = ()
    """Fill `[DOCUMENTS]`."""
    others: str = ""
    """Fills `[OTHERS]`."""


EXAMPLES = (
    PromptExample(keywords="puppy, vet, leash, dog food", name="Caring for a Puppy"),
    PromptExample(keywords="database, sql query, index, server", name="SQL Databases"),
    PromptExample(keywords="flight, luggage, airport, delayed", name="Air Travel Delays"),
    PromptExample(keywords="guitar, chords, band, songs", name="Playing the Guitar"),
    PromptExample(keywords="recipe, oven, dough, flour", name="Baking Bread"),
    PromptExample(keywords="election, party, vote, senate", name="Elections and Parties"),
)


class PromptConfig(Section):
    """`labels.prompt:` the chat that asks for a name. The model's own chat template puts it into its form."""

    system: str = SYSTEM
    """The system message; empty for none."""
    examples: tuple[PromptExample, ...] = EXAMPLES
    """Worked examples, in order: each becomes a question in the form of `main`, and its answer."""
    main: str = "[KEYWORDS]"
    """The question, in which `[KEYWORDS]` and `[DOCUMENTS]` stand for those of the topic, `[OTHERS]` for keywords of
    the two most similar topics."""
    keywords: int = Field(6, ge=1, le=30)
    """Keywords shown, at most."""
    documents: int = Field(4, ge=1, le=20)
    """Documents shown where a prompt has `[DOCUMENTS]`."""
    choose: Literal["representative", "diverse", "random"] = "representative"
    """Show the topic's representative documents, ones that differ from each other, or any, by the seed."""
    document_chars: int = Field(400, ge=20, le=20_000)
    """Cut a document after this number of characters."""
    describe: str = DESCRIBE
    """The question for `labels.describe`, with `[NAME]`, `[KEYWORDS]` and `[DOCUMENTS]`."""

    @field_validator("main", "describe")
    @classmethod
    def _shows_the_topic(cls, text: str) -> str:
        if "[KEYWORDS]" not in text and "[DOCUMENTS]" not in text:
            raise ValueError("shows nothing of the topic; put [KEYWORDS] or [DOCUMENTS] into it")
        return text
