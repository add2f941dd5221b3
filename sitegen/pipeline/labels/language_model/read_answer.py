"""Reads the answer in what a language model wrote: without its thinking, its format and its stop tokens."""

from __future__ import annotations

import json
import re
from typing import Any

END_OF_THOUGHT = re.compile(
    r"</(?:think|thinking|thought|reasoning|reflection|seed:think)>|\[/THINK\]|<\|end_of_thought\|>|◁/think▷",
    re.IGNORECASE,
)
"""Where the thinking of a reasoning model ends; it may come alone, because some templates open the thought."""
OPEN_THOUGHT = re.compile(
    r"<(?:think|thinking|thought|reasoning|reflection|seed:think)>|\[THINK\]|<\|begin_of_thought\|>|◁think▷",
    re.IGNORECASE,
)
FINAL_CHANNEL = re.compile(r"(?:<\|channel\|>\s*final\s*(?:<\|[^|]*\|>[^<]*)?<\|message\|>|(?<=\S)assistantfinal)")
"""Where the answer begins in the format of gpt-oss; its signs are gone where a tokenizer left special tokens out."""
OTHER_CHANNEL = re.compile(r"<\|channel\|>|\Aanalysis(?=[A-Z\s])")
BEGIN = re.compile(r"\A\s*(?:<s>|<bos>|<\|begin_of_text\|>|<\|im_start\|>\s*\w*|<\|start\|>\s*\w*|<｜[^｜]{1,40}｜>)")
STOP = re.compile(
    r"<\|?(?:im_end|eot_id|eom_id|end|endoftext|end_of_text|end_of_turn|return|call|eot|im_start|start|user|assistant"
    r"|start_of_turn|END_OF_TURN_TOKEN)\|?>|</s>|<eos>|<｜[^｜]{1,40}｜>|\[/?INST\]",
    re.IGNORECASE,
)
"""Tokens that end a message, where a server leaves them in."""
FENCED = re.compile(r"```[\w-]*\s*\n?(.*?)\s*(?:```|\Z)", re.DOTALL)
KEYS = ("name", "label", "topic", "title", "topic_name", "topic_label", "answer")
LABELLED = re.compile(
    r"\A[\s*_#>\"'`]*(?:the\s+)?(?:(?:short|topic|best|final|suggested|possible)\s+){0,2}"
    r"(?:topic|label|name|title|answer)(?:\s+name|\s+label)?[\s*_\"'`]*[:：][\s*_]*(?=\S)",
    re.IGNORECASE,
)
"""`Topic: ` before a name."""
POLITE = r"\A[\s*_>]*(?:(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|yes|great)\s*[,.!:]*\s*)?"
A_NAME = r"(?:an?|the|my|one)?\s*(?:[\w-]{1,20}\s+){0,3}?(?:name|label|title|topic)\b"
INTRODUCED = re.compile(rf"{POLITE}here(?:['’]s|\s+is)\s+{A_NAME}[^:：\n\"“]{{0,80}}[:：][\s*_]*(?=\S)", re.IGNORECASE)
"""`Sure! Here is a name for this topic: ` before a name."""
QUOTED = re.compile(
    rf"{POLITE}{A_NAME}[^:：\n\"“]{{0,60}}?\s(?:is|(?:would|could|might|may|can)\s+be)\s*:?\s*"
    r"[*_]*[\"“]([^\"“”\n]{1,80})[\"”][*_]*\s*[.!]?\s*\Z",
    re.IGNORECASE,
)
"""A sentence that quotes a name and says no more: `A good name would be "Pasta".`"""


def read_answer(text: str) -> str:
    """Return the answer in what a model wrote; empty where it was still thinking when it stopped."""
    text = OPEN_THOUGHT.split(END_OF_THOUGHT.split(text)[-1])[0]
    *_, text = FINAL_CHANNEL.split(text) if FINAL_CHANNEL.search(text) else ["" if OTHER_CHANNEL.search(text) else text]
    text = BEGIN.sub("", text)
    text = STOP.split(text.lstrip())[0].strip()
    text = _from_json(text)
    quoted = QUOTED.match(text)
    return LABELLED.sub("", quoted[1] if quoted else INTRODUCED.sub("", text)).strip()


def _from_json(text: str) -> str:
    """Return the name in an answer that is JSON, fenced or not; the content of a fence that holds something else."""
    fenced = FENCED.search(text)
    inside = (fenced[1] if fenced else text).strip()
    if inside[:1] in ("{", "[", '"'):
        try:
            return _name_in(json.loads(inside)) or text
        except ValueError:
            return text
    return inside if fenced and inside else text


def _name_in(value: Any) -> str:
    if isinstance(value, list):
        return _name_in(value[0]) if value else ""
    if isinstance(value, dict):
        found = next((value[key] for key in KEYS if value.get(key)), None)
        if found is None and len(value) == 1:
            found = next(iter(value.values()))
        return _name_in(found)
    return value.strip() if isinstance(value, str) else ""
