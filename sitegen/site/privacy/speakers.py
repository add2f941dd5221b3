"""Who said what in a conversation, as far as it is public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import TURNS_FIELD
from sitegen.site.privacy.redact import Redact
from sitegen.site.settings import MapSettings

# fmt: off
ROLES = frozenset({
    "user", "assistant", "system", "developer", "tool", "function",
    "agent", "customer", "client", "operator", "support", "seller", "buyer",
    "teacher", "student", "tutor", "doctor", "patient", "therapist", "counselor",
    "interviewer", "interviewee", "host", "guest", "moderator", "narrator",
    "instruction", "input", "output", "prompt", "response", "question", "answer",
})
# fmt: on
"""Names of speakers that are roles and not persons."""


def with_public_speakers(table: pa.Table, settings: MapSettings, redact: Redact) -> pa.Table:
    """Return `table` with `TURNS_FIELD` as the world may see it: `start` and, as `role`, the name to show."""
    turns = table.column(TURNS_FIELD.name)
    flat = pc.list_flatten(turns).combine_chunks()
    ends = np.cumsum(pc.list_value_length(turns).to_numpy(), dtype=np.int32)
    shown = _speakers(flat.field("role"), flat.field("speaker"), settings, redact)
    public = pa.StructArray.from_arrays([flat.field("start"), shown], ["start", "role"])
    lists = pa.ListArray.from_arrays(np.append(np.int32(0), ends), public)
    return table.set_column(table.schema.get_field_index(TURNS_FIELD.name), TURNS_FIELD.name, lists)


def _speakers(roles: pa.Array, numbers: pa.Array, settings: MapSettings, redact: Redact) -> pa.Array:
    """Return the name of each speaker if it may be shown, else a number."""
    turns = settings.documents.turns
    named = settings.privacy.speakers == "names" or (turns is not None and turns.columns is not None)
    encoded = roles.dictionary_encode()
    names = [_name(role, named, redact) for role in encoded.dictionary.to_pylist()]
    numbered = pc.binary_join_element_wise("Speaker", numbers.cast(pa.string()), " ")
    return pc.coalesce(pa.array(names, pa.string()).take(encoded.indices), numbered)


def _name(role: str, named: bool, redact: Redact) -> str | None:
    if role.lower() in ROLES:
        return role.capitalize()
    return redact(role[:1].upper() + role[1:]) if role and named else None


def cut_at_turns(text: str, turns: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Name of the speaker and words of each turn of a public text; what was masked or cut away has no turn."""
    ends = [turn["start"] for turn in turns[1:]] + [len(text)]
    said = ((turn["role"], text[turn["start"] : end].strip()) for turn, end in zip(turns, ends, strict=True))
    return [(role, words) for role, words in said if words]
