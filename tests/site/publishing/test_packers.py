"""What Python packs, the page reads: a few of the cases of `python -m benchmarks.trust packers`."""

import random

import pytest

from benchmarks.trust import packers


def test_random_values_arrive_as_they_are():
    kinds, problems = packers.compare(400, seed=2)
    assert problems == []
    assert set(kinds) == {"bytes", "json", "codes", "tiles"}


@pytest.mark.parametrize("kind", ["bytes", "json", "codes", "tiles"])
def test_another_value_would_be_seen(kind, monkeypatch):
    rng = random.Random(3)
    cases = [case for case in (packers.make_case(rng) for _ in range(60)) if case[0] == kind]
    whole = iter(cases * 2)
    monkeypatch.setattr(packers, "make_case", lambda rng: next(whole))
    # What is compared is what was packed, so the script of another case must differ.
    mixed = [(kind, other[1], case[2]) for case, other in zip(cases, [*cases[1:], cases[0]], strict=True)]
    assert packers.compare(len(cases))[1] == []
    whole = iter(mixed)
    assert len(packers.compare(len(mixed))[1]) == len(mixed)
