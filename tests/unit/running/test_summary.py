"""What a build tells at its end."""

import pytest

from sitegen.publishing.summary import HEAD, Outcome, host_limits, table


def test_a_table_is_aligned_and_says_all():
    lines = table(
        [
            Outcome("chitchat", "built", 2, 4, 12.34, 4544, 63, 0.305, 412_345, 58, 3_210_000),
            Outcome("two", "failed", seconds=0.5),
        ]
    )
    assert " ".join(lines[0].split()) == " ".join(HEAD)
    assert lines[1].split("  ")[0] == "chitchat"
    assert "2 ran, 4 stored  12.3 s      4,544      63      30%      412 kB     58  3.2 MB" in lines[1]
    assert lines[2].startswith("two       failed")
    assert lines[2].endswith("0.5 s")


@pytest.mark.parametrize(
    ("sizes", "warnings"),
    [
        ({"a": 79_000_000}, []),
        ({"a": 81_000_000}, ["a: 81 MB; git on GitHub takes files up to 100 MB"]),
        ({str(i): 50_000_000 for i in range(16)}, []),
        ({str(i): 50_000_000 for i in range(17)}, ["the site is 850 MB; GitHub Pages publishes up to 1,000 MB"]),
        ({str(i): 1 for i in range(16_001)}, ["the site has 16,001 files; Cloudflare Pages publishes up to 20,000"]),
    ],
    ids=["small", "large file", "many", "large site", "many files"],
)
def test_the_limits_of_hosts_are_told_before_they_are_met(sizes, warnings):
    assert host_limits(sizes) == warnings
