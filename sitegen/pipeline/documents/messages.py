"""The layouts in which conversations are kept -> their messages, in order.

Lists of messages, objects around them, columns of messages, all of these as JSON text in a cell, and the tree in
which ChatGPT's export keeps every branch of a conversation.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping

LIST_KEYS = ("conversations", "conversation", "messages", "chat_messages", "turns")
NAME_KEYS = ("role", "name", "display_name", "nickname", "username", "login", "user_name", "id", "user_id")
"""Of an object that stands for a speaker, the first that is a text or a number is the name."""
HIDDEN_TYPES = frozenset(
    {
        "thinking",
        "redacted_thinking",
        "thoughts",
        "reasoning",
        "reasoning_recap",
        "tool_use",
        "tool_call",
        "tool_result",
        "user_editable_context",
        "model_editable_context",
        "token_budget",
    }
)
"""Types of contents that nobody said to anybody: what a model thinks or hands to a tool, and settings."""
ARRAY_OF_OBJECTS = re.compile(r"\}\s*\n\s*\{")
"""As numpy prints a list of objects, without commas."""


def find_messages(value: object, row: Mapping[str, object]) -> list[object]:
    """Return the list of turns inside whatever holds it; empty if it holds none.

    Args:
        row: the whole row, which may say where in a tree the conversation ends.
    """
    if isinstance(value, str):
        value = parsed(value)
    if isinstance(value, dict):
        inner = next((value[key] for key in LIST_KEYS if isinstance(value.get(key), list | dict)), None)
        if inner is not None:
            return find_messages(inner, value)
        if isinstance(mapping := value.get("mapping"), dict) and _is_tree(mapping):
            return _active_thread(mapping, value.get("current_node"))
        if _is_tree(value):
            return _active_thread(value, row.get("current_node"))
        if value and all(isinstance(column, list) for column in value.values()):
            return [dict(zip(value, message, strict=False)) for message in zip(*value.values(), strict=False)]
    return value if isinstance(value, list) else []


def parsed(text: str) -> object:
    """Return the list or object that a text writes, as JSON or as Python does; None if it writes none."""
    content = text.strip()
    if content[:1] not in ("[", "{") or content[-1:] not in ("]", "}"):
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        pass
    try:  # pandas writes lists of objects as Python shows them, and arrays of objects without commas
        return ast.literal_eval(ARRAY_OF_OBJECTS.sub("}, {", content))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def speaker_name(value: object) -> str:
    """Return who a message says it is from: a text, or one field of an object; nothing else of it is looked at."""
    if isinstance(value, dict):
        names = (value.get(key) for key in NAME_KEYS)
        return next((name for each in names if not isinstance(each, dict) and (name := speaker_name(each))), "")
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def is_hidden(message: Mapping[str, object]) -> bool:
    """Tell whether nobody in the conversation saw it."""
    metadata = message.get("metadata")
    hidden = isinstance(metadata, dict) and metadata.get("is_visually_hidden_from_conversation") is True
    kind = message.get("content_type", message.get("type"))
    return hidden or (isinstance(kind, str) and kind in HIDDEN_TYPES)


def _is_tree(value: dict[object, object]) -> bool:
    return bool(value) and all(
        isinstance(node, dict) and {"message", "parent"} <= node.keys() for node in value.values()
    )


def _active_thread(nodes: dict[str, dict[str, object]], last: object) -> list[object]:
    """Return the messages from the root to the node `last`.

    Without it, to the latest message that has no answer.
    """
    if not isinstance(last, str) or last not in nodes:
        parents = {node["parent"] for node in nodes.values() if isinstance(node["parent"], str)}
        last = max((name for name in nodes if name not in parents), key=lambda name: _written(nodes[name]), default="")
    thread: list[object] = []
    seen: set[str] = set()
    while isinstance(last, str) and last in nodes and last not in seen:
        seen.add(last)
        if isinstance(message := nodes[last]["message"], dict):
            thread.append(message)
        last = nodes[last]["parent"]
    return thread[::-1]


def _written(node: dict[str, object]) -> float:
    message = node["message"]
    when = message.get("create_time") if isinstance(message, dict) else None
    return float(when) if isinstance(when, int | float) else 0.0
