"""What models of today put around a name is taken off."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.pipeline.labels.language_model.read_answer import read_answer

NAME = "Pasta Sauce"
HARMONY = "<|channel|>analysis<|message|>We name pasta.<|end|><|start|>assistant<|channel|>final<|message|>"
DRESSED = {
    "nothing": NAME,
    "a thought": f"<think>\nThe keywords are pasta, sauce.\n</think>\n\n{NAME}",
    "an empty thought": f"<think>\n\n</think>\n\n{NAME}",
    "a thought on the line": f"<think>ok short</think>{NAME}",
    "a thought that the template opened": f"Okay, the user wants a name.\nLet me decide.\n</think>\n\n{NAME}",
    "a thought in Mistral's way": f"[THINK]pasta[/THINK]{NAME}",
    "a thought in another way": f"<reasoning>pasta</reasoning> {NAME}",
    "channels": HARMONY + NAME,
    "channels with an end": f"{HARMONY}{NAME}<|return|>",
    "channels with a format": f"<|channel|>final <|constrain|>text<|message|>{NAME}",
    "channels without special tokens": f"analysisWe name pasta.assistantfinal{NAME}",
    "an end of ChatML": f"{NAME}<|im_end|>",
    "an end of Llama 2": f"{NAME}</s>",
    "an end of Llama 3": f"{NAME}<|eot_id|>",
    "an end of Gemma": f"{NAME}<end_of_turn>\n<start_of_turn>user",
    "an end of DeepSeek": f"{NAME}<｜end▁of▁sentence｜>",
    "a beginning": f"<s> {NAME}",
    "a next turn": f"{NAME}<|im_end|>\n<|im_start|>user\nMore",
    "a field": f"Topic: {NAME}",
    "a bold field": f"**Topic:** {NAME}",
    "a longer field": f"The topic name: {NAME}",
    "an introduction": f"Sure! Here is a name: {NAME}",
    "an introduction on its own line": f"Certainly! Here's a short title for this topic:\n\n{NAME}",
    "an introduction in bold": f"**Here is the topic label:** {NAME}",
    "an introduction of a field": f"Here is a concise label for the topic: Topic: {NAME}",
    "a sentence": f'A good name would be "{NAME}".',
    "a polite sentence": f"Sure, a short and fitting title for these keywords could be: “{NAME}”",
    "a sentence about the topic": f'The name of the topic is **"{NAME}"**.',
    "fenced JSON": f'```json\n{{"label": "{NAME}"}}\n```',
    "JSON": f'{{"topic": "{NAME}", "why": "they cook"}}',
    "JSON of an unknown key": f'{{"x": "{NAME}"}}',
    "a list in JSON": f'["{NAME}", "Tomato"]',
    "a fence": f"```\n{NAME}\n```",
    "empty lines": f"\n\n {NAME}\n",
}


@pytest.mark.parametrize("answer", DRESSED.values(), ids=DRESSED.keys())
def test_the_name_is_read(answer):
    assert read_answer(answer) == NAME


NAMES = (
    "Here Is Your Name",
    "Name: The Band",
    "The Name of the Rose",
    "Sure Start",
    "Titles of Books",
    'Songs Like "Hello"',
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_begins_like_an_introduction_is_kept(name):
    assert read_answer(name) == name.removeprefix("Name: ")


OTHERS = (
    "I cannot name this topic.",
    "Here is a list of keywords: pasta, sauce",
    'A name would be hard to find, as "pasta" is all I see.',
)


@pytest.mark.parametrize("answer", OTHERS)
def test_a_sentence_that_introduces_no_name_is_left_as_it_is(answer):
    assert read_answer(answer) == answer


UNFINISHED = {
    "a thought": "<think>\nOkay, let me look at these keywords and",
    "a channel": "<|channel|>analysis<|message|>We name pasta",
    "a channel without special tokens": "analysisWe name pasta",
    "nothing": "",
    "a stop": "<|im_end|>",
}


@pytest.mark.parametrize("answer", UNFINISHED.values(), ids=UNFINISHED.keys())
def test_a_model_that_only_thought_has_said_nothing(answer):
    assert read_answer(answer) == ""


PLAIN = ["Analysis of Data", "Label Printing", "Thinking Fast", "Topic Models", '{"a": 1, "b": 2}', "[pasta", "A < B"]


@pytest.mark.parametrize("answer", PLAIN)
def test_what_only_looks_like_it_stays(answer):
    assert read_answer(answer) == answer


@given(st.text(max_size=200))
def test_any_answer_can_be_read(answer):
    assert read_answer(answer) == read_answer(answer).strip()


@pytest.mark.parametrize("piece", ["<think>", "</think>", "[THINK]", "```", "<|channel|>", "<", "{", "Topic: ", " "])
def test_a_model_that_does_not_stop_costs_no_time(piece):
    began = time.monotonic()
    read_answer(piece * 20_000)
    assert time.monotonic() - began < 5
