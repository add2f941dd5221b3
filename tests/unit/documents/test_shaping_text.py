"""How a row becomes text: columns, templates, conversations in the layouts in use, and normalising."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.config import DocumentsConfig, TurnsConfig
from sitegen.errors import DataError
from sitegen.pipeline.documents.conversations import Conversations
from sitegen.pipeline.documents.normalise import normalise, strip_html
from sitegen.pipeline.documents.passages import joined
from sitegen.pipeline.documents.text import Template
from sitegen.pipeline.documents.values import BadValueError
from tests.unit.helpers import ENTRY, problems_at, shaped

SAID = "Hello\nHi, what?\nA recipe."
LAYOUTS = {
    "from and value": [
        {"from": "human", "value": "Hello"},
        {"from": "gpt", "value": "Hi, what?"},
        {"from": "human", "value": "A recipe."},
    ],
    "role and content": [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi, what?"},
        {"role": "user", "content": "A recipe."},
    ],
    "content in parts": [
        {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Hi,"}, {"type": "text", "text": "what?"}]},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "A recipe."}]},
    ],
    "messages in lists": [
        [{"text": "Hello", "sender": "4f"}],
        [{"text": "Hi,", "sender": "9a"}, {"text": "what?", "sender": "9a"}],
        [{"text": "A recipe.", "sender": "4f"}],
    ],
    "an object of lists": {"from": ["human", "gpt", "human"], "value": ["Hello", "Hi, what?", "A recipe."]},
    "texts": ["Hello", "Hi, what?", "A recipe."],
}
LAYOUTS["share gpt"] = {"id": "7", "conversations": LAYOUTS["from and value"]}
LAYOUTS["share gpt as an object of lists"] = {"conversations": LAYOUTS["an object of lists"]}
each_layout = pytest.mark.parametrize("value", LAYOUTS.values(), ids=LAYOUTS)
WITH_SYSTEM = [{"from": "system", "value": "Be kind."}, *LAYOUTS["from and value"]]


def said(value, **turns):
    return joined(Conversations("c", TurnsConfig(**turns))({"c": value})).text


@each_layout
def test_every_layout_in_use_is_recognised(value):
    assert said(value) == SAID


@each_layout
def test_one_side_of_every_layout(value):
    assert said(value, side="first") == "Hello\nA recipe."
    assert said(value, side="second") == "Hi, what?"


@pytest.mark.parametrize(
    ("turns", "text"),
    [
        ({}, f"Be kind.\n{SAID}"),
        ({"drop": ("system",)}, SAID),
        ({"keep": ("user",)}, "Hello\nA recipe."),
        ({"keep": ("Human",)}, "Hello\nA recipe."),
        ({"keep": ("assistant", "system")}, "Be kind.\nHi, what?"),
        ({"keep": ("nobody",)}, ""),
        ({"side": "first"}, "Hello\nA recipe."),
        ({"text": "value", "role": "from", "drop": ("gpt",)}, "Be kind.\nHello\nA recipe."),
        ({"text": "nothing"}, ""),
    ],
)
def test_roles_are_kept_dropped_and_named(turns, text):
    assert said(WITH_SYSTEM, **turns) == text


def test_prompt_and_response_columns_are_turns():
    rows = [{"prompt": "Why?", "context": ["a", "b"], "response": "So."}]
    columns = ["prompt", "context", "response"]
    assert shaped(rows, turns={"columns": columns}).column("text") == ["Why?\na\nb\nSo."]
    assert shaped(rows, turns={"columns": columns, "keep": ["response"]}).column("text") == ["So."]


def test_a_key_of_no_message_is_told_with_keys_and_roles_there():
    with pytest.raises(DataError, match=r"\(1 empty\); keys of messages are from, value; see"):
        shaped([{"c": [{"from": "human", "value": "Hello"}]}], text="c", turns={"text": "content"})
    with pytest.raises(DataError, match="roles are assistant, user"):
        shaped([{"c": LAYOUTS["role and content"]}], text="c", turns={"keep": ["narrator"]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["from", "value", "role", "content", "conversations", "x"]), inner, max_size=3
        )
    ),
)


@given(JSON)
def test_anything_can_stand_where_a_conversation_should(value):
    try:
        text = said(value)
    except BadValueError:
        return
    assert text == text.strip()
    text.encode()


def test_columns_stand_below_each_other():
    rows = [{"title": "T", "abstract": ["one", None, "two"]}, {"title": "only"}]
    assert shaped(rows, text=["title", "abstract"]).column("text") == ["T\none\ntwo", "only"]


def test_a_template_sees_columns_lists_and_the_whole_row():
    row = {
        "title": "T",
        "features": ["a", "b"],
        "details": {"Brand": "X", "Size": None},
        "bought with": 3,
        "none": None,
    }
    template = (
        "{{ title }}: {{ features | join(', ') }}\n{{ features }}\n{{ details }}\n{{ row['bought with'] }}{{ none }}"
    )
    assert Template(template)(row) == "T: a, b\na\nb\nBrand: X\n3"
    assert Template("{{ missing.inner }}{% if missing %}x{% endif %}{{ row }}")({"row": "a column"}) == "a column"


def test_a_template_reaches_nothing_but_the_row():
    for template in ("{{ x.__class__.__mro__ }}", "{{ ''.__class__ }}", "{{ cycler.__init__.__globals__ }}"):
        assert Template(template)({"x": [1]}) == ""
    for template in ("{{ x.append(1) }}", "{{ x.__class__.mro() }}", "{{ '{0.__class__}'.format(x) }}{{ x.pop() }}"):
        with pytest.raises(BadValueError, match="line 1"):
            Template(template)({"x": [1]})


def test_a_template_failing_on_a_row_counts_it_and_tells_a_line():
    template = "{{ name }}\n{{ 10 / number }}"
    rows = [{"name": "a", "number": 0}, {"name": "b", "number": 5}]
    documents = shaped(rows, template=template)
    assert documents.column("text") == ["b\n2"]
    assert documents.dropped == {"not text": 1}
    with pytest.raises(DataError, match=r"row 0 .*line 2: .*zero"):
        shaped(rows[:1], template=template)
    with pytest.raises(DataError, match=r"row 0: .*line 2: .*zero") as caught:
        shaped(rows, template=template, on_bad_value="fail")
    assert caught.value.field == "documents.template"


def test_a_column_of_a_template_that_no_row_has_is_told():
    with pytest.raises(DataError, match="no row has a column 'titel'; columns are title") as caught:
        shaped([{"title": "a"}], template="{{ titel }} {{ title }}{% for i in range(3) %}{{ loop.index }}{% endfor %}")
    assert caught.value.field == "documents.template"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ('{¦template: "a\\n{% if %}"}', "line 2 of the template: Expected an expression"),
        ("{¦template: '{{ a'}", "line 1 of the template"),
        ("{¦text: 3}", "should be a column or a list of columns"),
        ("{turns: {¦keep: []}}", "at least 1 item"),
        ("{turns: {¦rolle: a}}", "did you mean role?"),
    ],
)
def test_text_that_cannot_be_made_is_told_with_its_place(section, message):
    assert any(message in told for told in problems_at(f"{ENTRY}    documents: {section}\n"))


@pytest.mark.parametrize("section", ["{template: a, text: b}", "{template: a, turns: {}}", "{text: [a, b], turns: {}}"])
def test_a_text_has_one_origin(section):
    assert problems_at(f"{ENTRY}    ¦documents: {section}\n")


HTML = {
    "<p>One</p><p>two <b>b</b>old</p>": "One\ntwo bold",
    "a &amp; b &lt;i&gt;": "a & b <i>",
    "1 < 2 and 3 > 2": "1 < 2 and 3 > 2",
    "x<script>alert('<p>')</script>y<style>p {}</style>z": "x\ny\nz",
    "a<!-- hidden -->b": "ab",
    "line<br/>break<br>again": "line\nbreak\nagain",
    "<ul><li>one<li>two</ul>": "one\ntwo",
    "<!DOCTYPE html><title>T</title>": "T",
    "<a title='a > b'>c</a >": "c",
    "cut off <a href='x": "cut off <a href='x",
}


@pytest.mark.parametrize(("html", "text"), HTML.items())
def test_html_is_read_as_a_page_shows_it(html, text):
    assert strip_html(html) == text


@pytest.mark.parametrize(
    "part", ["<", "<a ", "<a x='", "<!--", "</", "<script>", "<![", "&", "&#", "<a>", "http://", "www."]
)
def test_texts_that_are_made_to_be_slow_to_read_are_not(part):
    started = time.process_time()
    normalise(part * 100_000, DocumentsConfig(strip_html=True, drop_urls=True))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("given", "options", "text"),
    [
        ("e\u0301 \x07bell\x1b a\r\nb\rc\x85d", {}, "\u00e9 bell a\nb\nc\nd"),
        ("see https://a.org/x?y=(1), or www.b.de.", {"drop_urls": True}, "see ), or ."),
        ("see https://a.org", {}, "see https://a.org"),
        ("<b>a</b>", {}, "<b>a</b>"),
        ("<a href='https://a.org'>a</a>&#7;&#xD800;", {"strip_html": True, "drop_urls": True}, "a\ufffd"),
    ],
)
def test_text_is_normalised(given, options, text):
    assert normalise(given, DocumentsConfig(**options)) == text


@given(st.text(st.characters()), st.booleans(), st.booleans())
def test_normalised_text_is_writable_without_control_characters(text, strip, drop):
    result = normalise(text, DocumentsConfig(strip_html=strip, drop_urls=drop))
    result.encode()
    assert all(char in "\n\t" or not (ord(char) < 32 or 127 <= ord(char) < 160) for char in result)
    assert result == result.strip()


def test_what_html_and_links_leave_empty_is_dropped_as_empty():
    rows = [{"text": "<p> </p>"}, {"text": "https://a.org/b"}, {"text": "text"}]
    assert shaped(rows, strip_html=True, drop_urls=True).dropped == {"empty": 2}
