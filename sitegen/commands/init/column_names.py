"""What datasets call their columns, the surest name first. A plural counts as its singular."""

from sitegen.pipeline.documents.messages import LIST_KEYS


def _names(line: str) -> tuple[str, ...]:
    return tuple(line.split())


TEXTS = _names("text body content abstract document article markdown review comment message description post tweet")
PARTS = _names("description features details abstract body subtitle")
"""Columns that say more about the same thing than the longest one alone."""
TITLES = _names("title headline subject name topic")
IDS = _names("id key uuid guid doi asin index unnamed")
LINKS = _names("url link permalink href homepage")
DATES = _names("date datetime timestamp created published posted updated modified time utc year")
CATEGORIES = _names("category label class genre section kind type topic subreddit language lang tag model brand domain")
AMOUNTS = _names("price cost amount rating score count number vote star view like size")
DIALOGUES = (*LIST_KEYS, "dialog", "dialogue", "utterance", "chat", "history")
PAIRS = (
    ("instruction", "input", "output"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("prompt", "response"),
    ("prompt", "completion"),
    ("prompt", "response_a"),
    ("prompt", "chosen"),
    ("query", "response"),
    ("question", "answer"),
    ("input", "output"),
    ("user", "assistant"),
)
"""Columns that hold one turn each."""
