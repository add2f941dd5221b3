"""The default few-shot prompt for topic names: short enough for a model of 135 million parameters."""

from pydantic import BaseModel, ConfigDict


class PromptExample(BaseModel):
    """One worked example: the keywords of a topic and its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    keywords: str
    name: str


SYSTEM = "Name the topic of these keywords in two to four words."

EXAMPLES = (
    PromptExample(keywords="puppy, vet, leash, dog food", name="Caring for a Puppy"),
    PromptExample(keywords="database, sql query, index, server", name="SQL Databases"),
    PromptExample(keywords="flight, luggage, airport, delayed", name="Air Travel Delays"),
    PromptExample(keywords="guitar, chords, band, songs", name="Playing the Guitar"),
    PromptExample(keywords="recipe, oven, dough, flour", name="Baking Bread"),
    PromptExample(keywords="election, party, vote, senate", name="Elections and Parties"),
)
