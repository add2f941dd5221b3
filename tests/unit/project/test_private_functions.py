"""What is used of other libraries' insides is listed, was read in the installed release, and is used nowhere else."""

import re
from importlib.metadata import PackageNotFoundError, version

import pytest

from sitegen.pipeline.models.private_functions import PRIVATE, READ_IN, private
from tests.unit.helpers import REPO

SOURCES = {path: path.read_text("utf-8") for path in sorted((REPO / "sitegen").rglob("*.py"))}
INSIDES = re.compile(
    r"from (?:umap|hdbscan|fast_hdbscan|bertopic)(?:\.\w+)*(?:\._\w+|\.\w+_) import"
    r"|from (?:umap|hdbscan|fast_hdbscan|bertopic)[\w.]* import _"
    r"|from (?:umap\.(?:layouts|distances)|hdbscan\.(?:plots|prediction)|fast_hdbscan\.hdbscan) import"
    r"|from umap import layouts"
)


def installed(distribution):
    try:
        return version(distribution)
    except PackageNotFoundError:
        pytest.skip(f"{distribution} is not installed")


@pytest.mark.parametrize("distribution", READ_IN)
def test_the_installed_release_is_the_one_they_were_read_in(distribution):
    assert installed(distribution) == READ_IN[distribution], (
        f"read what {distribution} has of PRIVATE again, run tests/pipeline, then note the release in READ_IN"
    )


@pytest.mark.parametrize("path", sorted(PRIVATE))
def test_each_is_there(path):
    package = path.partition(".")[0]
    installed({"umap": "umap-learn", "fast_hdbscan": "fast-hdbscan"}.get(package, package))
    assert private(path) is not None


@pytest.mark.parametrize("name", ["smooth_knn_dist", "compute_membership_strengths"])
def test_what_numba_compiles_is_kept_for_the_next_process(name):
    installed("umap-learn")
    assert private(f"umap.umap_.{name}").stats.cache_path


def test_only_what_is_listed_can_be_had():
    with pytest.raises(KeyError):
        private("umap.umap_.UMAP")


def test_each_is_used_and_nothing_else_is():
    used = {name for text in SOURCES.values() for name in re.findall(r"private\(\s*\"([\w.]+)\"\s*\)", text)}
    assert used == PRIVATE
    assert [(path.name, match.group()) for path, text in SOURCES.items() for match in INSIDES.finditer(text)] == []


BESIDE = (
    "from umap.umap_ import x",
    "from hdbscan._hdbscan_linkage import label",
    "from bertopic._bertopic import T",
    "from umap import layouts",
    "from hdbscan.plots import CondensedTree",
    "from hdbscan.hdbscan_ import _a",
)


@pytest.mark.parametrize("line", BESIDE)
def test_a_use_beside_the_list_would_be_seen(line):
    assert INSIDES.search(line)
