"""Says in words why a stored result does not hold: what differs between the parts of two keys."""

from __future__ import annotations


def explain(before: dict[str, object], after: dict[str, object]) -> str:
    """Describe the differences between the parts of two keys; empty if there are none."""
    old, new = _flat(before), _flat(after)
    changes = []
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path):
            continue
        group, _, name = path.partition(".")
        match group:
            case "inputs":
                changes.append(f"{name} changed")
            case "config" | "libraries":
                changes.append(f"{name} {_short(old.get(path))} -> {_short(new.get(path))}")
            case _:
                changes.append(f"{group} {_short(old.get(path))} -> {_short(new.get(path))}")
    return ", ".join(changes)


def _flat(value: object, path: str = "") -> dict[str, object]:
    if isinstance(value, list) and any(isinstance(child, dict) for child in value):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        return {key: item for name, child in value.items() for key, item in _flat(child, f"{path}.{name}").items()}
    return {path.lstrip("."): value}


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
