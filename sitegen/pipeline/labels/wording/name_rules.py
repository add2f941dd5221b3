"""What makes a topic's name: the keywords to show the model, which answers are names, and names without a model."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, zip_longest

import regex

from sitegen.artifacts import TopicWords
from sitegen.pipeline.labels.wording.name_words import SMALL_WORDS, content_words, name_words, stem, stems
from sitegen.pipeline.labels.wording.writing_systems import matches_script_of
from sitegen.words import JOINERS, LETTER, is_printable

MAX_NAME_CHARS = 40
"""What a map has room for."""
MAX_READ_CHARS = 1000
"""An answer is read so far: a model that does not stop must not cost time either."""
MIN_DESCRIPTION_CHARS, MAX_DESCRIPTION_CHARS = 20, 200
FALLBACK_KEYWORDS = 3
MIN_LONE_WORD = 5
MAX_ACRONYM = 5
"""A longer word in capitals shouts."""
PREAMBLE = re.compile(
    r"(?:sure|okay|ok|certainly|of course|absolutely|sorry)\s*[,!.:]|here(?:['’]s| is| are)\b|based on\b|as an ai\b"
    r"|the (?:\w+ )?(?:topic|label|name|title)s? (?:is|for|of these)\b|(?:topic|label|name|title|answer)\s*(?:is\b|:)"
    r"|i (?:would|think|can|cannot|suggest)\b|i(?:['’]m| am) (?:sorry|an)\b|these (?:documents|keywords)\b",
    re.IGNORECASE,
)
"""What a chatty model says before, or instead of, an answer."""
SIGNS = re.compile(r"[;:|/\\<>{}\[\]()*`_~$@]|\w\.[a-z]{2,}\b", re.IGNORECASE)
"""What no name holds: markup, and what may be an address."""
MARKUP = re.compile(r"[<>{}\[\]`|\\]|://|\bwww\.|\.(?:com|info|io|net|org)\b", re.IGNORECASE)
"""What no description holds. It may say `numpy.array`."""
AROUND = re.compile(r"\A(?:(?!\.net\b)[\s.\"'`*:])+|[\s.,\"'`*:]+\Z", re.IGNORECASE)
"""What may stand around a name."""
BEGINNING = regex.compile(r"[\p{L}\p{N}_]|\.net\b", regex.IGNORECASE)
NUMBERED = re.compile(r"\d+[.)]\s")


@dataclass(frozen=True)
class Subject:
    """What is to be named: a topic, or a parent of topics.

    Attributes:
        number: its own, from 0.
        keywords: distinct ones, best first; `every_keyword`: those of each representation.
        documents: the texts to show of it; `rows`: their row numbers.
        known: stems of all words that are known of it.
        others: keywords of the subjects most similar to it, by subject.
    """

    number: int
    keywords: tuple[str, ...]
    documents: tuple[str, ...]
    rows: tuple[int, ...]
    known: frozenset[str]
    every_keyword: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class NameRules:
    """What a name must be, see `LabelsConfig`.

    Attributes:
        examples: names of the prompt's examples, case-folded.
        english: names are in English.
    """

    max_words: int
    grounded: bool = True
    language: str | None = None
    examples: frozenset[str] = frozenset()
    english: bool = True


def distinct_keywords(topic: TopicWords) -> list[str]:
    """Return the topic's keywords without those that repeat each other, best first.

    c-TF-IDF and KeyBERT-inspired keywords take turns; a word gives way to a two-word keyword that contains it.
    """
    pairs = [phrase for phrase in topic["keywords"] if len(_stem_set(phrase)) == 2]
    chosen: list[str] = []
    used: set[str] = set()
    for keyword in chain.from_iterable(zip_longest(topic["keywords"], topic["keybert"])):
        if keyword is None:
            continue
        phrase = keyword
        if " " not in keyword:
            phrase = next((pair for pair in pairs if keyword in pair.split() and not _stem_set(pair) & used), keyword)
        stems = _stem_set(phrase)
        if stems and not stems & used and len(stems) == len(phrase.split()):
            chosen.append(phrase)
            used |= stems
    return chosen


def subject_of(topic: TopicWords, documents: Sequence[tuple[int, str]] = ()) -> Subject:
    """Return the subject that a topic is, with the documents to show of it as row number and text."""
    texts = [text for _, text in documents]
    every_keyword = (*topic["keywords"], *topic["keybert"], *topic["mmr"])
    return Subject(
        number=topic["topic"],
        keywords=tuple(distinct_keywords(topic)),
        documents=tuple(texts),
        rows=tuple(row for row, _ in documents),
        known=frozenset(each for phrase in (*every_keyword, *texts) for each in _stem_set(phrase)),
        every_keyword=every_keyword,
    )


def tidy(answer: str) -> str:
    """Return the first line of an answer without what may stand around a name."""
    lines = answer.strip()[:MAX_READ_CHARS].splitlines()
    line = re.sub(r"\([^)]*\)", " ", lines[0]) if lines else ""
    name = AROUND.sub("", re.sub(r"\s+", " ", line))
    return name[:1].upper() + name[1:]


def flaw(name: str, subject: Subject, rules: NameRules) -> str | None:
    """Say why a tidied answer is no name, in words; None where it is one.

    A name is one short plain line. By `rules.grounded` its content words all occur, by their stem, among what is
    known of the subject: a small model likes to invent, and a wrong name is worse than a plain one.
    """
    words, content = name_words(name), content_words(name)
    roots = [stem(word) for word in content]
    invented = [word for word, root in zip(content, roots, strict=True) if root not in subject.known]
    if not content:
        return "it is empty"
    if len(name) > MAX_NAME_CHARS or len(words) > rules.max_words:
        return f"it is longer than {rules.max_words} words or {MAX_NAME_CHARS} characters"
    if PREAMBLE.match(name):
        return "it says something before the name"
    if not BEGINNING.match(name) or not _printable(name) or SIGNS.search(name):
        return "it holds markup, a link or signs"
    if words.count("and") > 1 or ("," in name and "and" not in words) or NUMBERED.match(name):
        return "it is a list"
    if words[-1] in SMALL_WORDS:
        return "it stops in the middle"
    if not any(map(LETTER.search, content)):
        return "it holds numbers only"
    if len(set(roots)) < len(roots):
        return "it repeats itself"
    if rules.language and not matches_script_of(name, rules.language):
        return f"it is not written as the language {rules.language} is"
    if invented and name.casefold() in rules.examples:
        return "it copies an example"
    if invented and rules.grounded:
        return f"nothing shown has the words {', '.join(invented)}"
    return None


def usable_names(answers: Sequence[str], subject: Subject, rules: NameRules) -> list[str]:
    """Return the names in the model's answers, best first.

    Whole answers come first. Then, where names are grounded, the beginnings of answers, cut before a comma, an `and`
    or an `in`: a small model often starts well and does not stop. A beginning of one word must be a telling one: the
    first keyword, and no number or abbreviation.
    """
    whole = [name for answer in answers if not flaw(name := tidy(answer), subject, rules)]
    if not rules.grounded:
        return whole
    parts = [tidy(part) for answer in answers for part in _beginnings(answer)]
    first_keyword = _stem_set(" ".join(subject.keywords[:1]))
    telling = [
        name
        for name in parts
        if not flaw(name, subject, rules)
        and (
            len(_stem_set(name)) > 1
            or (_stem_set(name) <= first_keyword and name.isalpha() and len(name) >= MIN_LONE_WORD)
        )
    ]
    return [*whole, *sorted(telling, key=lambda name: -min(len(_stem_set(name)), 3))]


def name_key(name: str) -> tuple[str, ...]:
    """Return a key of a name in which case, order of words, small words and plurals do not count."""
    return tuple(sorted(stem(word) for word in name_words(name) if word not in SMALL_WORDS)) or (name.casefold(),)


def told_apart(name: str, subject: Subject, other: Subject) -> str | None:
    """Return a name that another subject has, with a keyword that the other lacks; None if that makes none."""
    used = set(name_key(name)) | {each for keyword in other.keywords for each in _stem_set(keyword)}
    keyword = next((keyword for keyword in subject.keywords if not _stem_set(keyword) & used), None)
    longer = f"{name} ({keyword})"
    return longer if keyword and len(longer) <= MAX_NAME_CHARS else None


def usable_description(answer: str, language: str | None) -> str | None:
    """Return the answer as a description of at most `MAX_DESCRIPTION_CHARS` characters, or None where it is none."""
    line = re.sub(r"\s+", " ", answer.strip()[:MAX_READ_CHARS].partition("\n")[0]).strip("\"'`* ")
    sentence = re.match(r".*?(?:[。！？।]|[.!?](?=\s|$))", line)
    text = sentence.group() if sentence else ""
    if (
        not MIN_DESCRIPTION_CHARS <= len(text) <= MAX_DESCRIPTION_CHARS
        or not is_printable(text)
        or PREAMBLE.match(text)
        or MARKUP.search(text)
        or (language and not matches_script_of(text, language))
    ):
        return None
    return text[0].upper() + text[1:]


def _beginnings(answer: str) -> Iterator[str]:
    for separator in reversed(list(re.finditer(r"\s*[,:;]\s|\s(?:and|in)\s", answer[:MAX_READ_CHARS]))):
        yield answer[: separator.start()]


def keyword_name(subject: Subject, taken: Container[tuple[str, ...]]) -> str:
    """Return a name made of keywords whose `name_key` is not among `taken`."""
    return next(name for name in _keyword_names(subject) if name_key(name) not in taken)


def _keyword_names(subject: Subject) -> Iterator[str]:
    keywords = subject.keywords
    few = min(FALLBACK_KEYWORDS, len(keywords))
    for size in (*range(few, len(keywords) + 1), *range(few - 1, 0, -1)):
        name = ", ".join(keywords[:size])
        if 0 < len(name) <= MAX_NAME_CHARS:
            yield name[0].upper() + name[1:]
    name = f"Topic {subject.number + 1}"
    yield name
    yield from (f"{name} ({number})" for number in count(2))


def title_case(name: str, *, english: bool) -> str:
    """Return the name as a heading.

    In English each word but small ones begins with a capital, elsewhere the first one.
    """
    words = [word.capitalize() if word.isupper() and len(word) > MAX_ACRONYM else word for word in name.split(" ")]
    if not english:
        return " ".join([_capital(words[0]), *words[1:]])
    return " ".join(
        word.lower() if at and word.casefold() in SMALL_WORDS else "-".join(map(_capital, word.split("-")))
        for at, word in enumerate(words)
    )


def _printable(name: str) -> bool:
    """Whether a name shows what it holds; the joiners of Persian and the scripts of India are part of their words."""
    return is_printable(name.translate(dict.fromkeys(map(ord, JOINERS))))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:] if word == word.lower() else word


def _stem_set(phrase: str) -> set[str]:
    return set(stems(phrase))
