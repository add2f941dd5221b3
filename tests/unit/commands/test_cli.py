"""The command line, run as a user runs it: in a process of its own, in a folder of its own."""

import re
import signal
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from sitegen import __version__
from sitegen.cli import cli
from sitegen.workspace import STAGES
from tests.unit.helpers import CAPTURE, ENTRY, REPO, cli_env, make_package, run_cli, snapshot

HEAVY = ["torch", "transformers", "umap", "bertopic", "bokeh", "datashader", "sentence_transformers", "sklearn"]
HEAVY += ["pandas", "pyarrow", "hdbscan", "numba", "scipy"]
SITE = {"build/.sitegen": "sitegen 0\n", "build/index.html": "<p>site</p>", "build/deep/page.html": "<p>page</p>"}


@pytest.fixture
def home(tmp_path):
    """A folder with a config of one dataset, whose package is not installed."""
    (tmp_path / "datasets.yaml").write_text(ENTRY.replace("package: p", "package: no_such_package_anywhere"))
    return tmp_path


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_status_says_where_a_missing_source_stands(tmp_path):
    (tmp_path / "datasets.yaml").write_text(ENTRY)
    done = run_cli("status", cwd=tmp_path)
    assert done.returncode == 1
    assert "datasets.yaml:4:" in done.stderr
    assert "datasets[0].source" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_lists_every_command(tmp_path):
    done = run_cli("--help", cwd=tmp_path)
    assert done.returncode == 0
    listed = [line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert sorted(listed) == sorted(cli.commands)
    assert set(listed) >= {"build", "status", "serve", "clean"}


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_and_option_explains_itself(command):
    assert cli.commands[command].help
    options = [each for each in cli.commands[command].params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


def test_the_version_is_told(tmp_path):
    done = run_cli("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"sitegen, version {__version__}\n")


def test_the_command_line_loads_no_heavy_library(tmp_path):
    code = "import sys, sitegen.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=cli_env(tmp_path), **CAPTURE)
    assert "sitegen.cli" in done.stdout.split()
    assert set(HEAVY).isdisjoint(done.stdout.split())


USAGE = {
    "missing file": (["build", "-c", "nope.yaml"], "nope.yaml: no such file"),
    "unknown slug": (["build", "--only", "nope"], "no dataset nope; there are a"),
    "unknown slug to tune": (["tune", "nope"], "no dataset nope; there are a"),
    "unknown stage": (["build", "--force", "nope"], "'nope' is no stage; there are documents, embeddings"),
    "unknown option": (["build", "--forse"], "--force"),
    "unknown command": (["biuld"], "biuld"),
    "base URL": (["build", "--base-url", "maps.example"], "'maps.example' is no address such as https://"),
    "base URL of a preview": (["serve", "--base-url", "ftp://x"], "'ftp://x' is no address such as https://"),
    "missing file to serve": (["serve", "-c", "nope.yaml"], "nope.yaml: no such file"),
    "port": (["serve", "--port", "99999"], "99999"),
}


@pytest.mark.parametrize(("arguments", "message"), USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_exits_2_with_a_message(home, arguments, message):
    before = snapshot(home)
    done = run_cli(*arguments, cwd=home)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert snapshot(home) == before


@pytest.mark.parametrize("command", ["build", "status"])
def test_a_mistake_in_the_config_exits_2_with_its_place(tmp_path, command):
    (tmp_path / "datasets.yaml").write_text(f"{ENTRY}    clusters: {{min_cluster_sise: 3}}\n")
    done = run_cli(command, cwd=tmp_path)
    assert done.returncode == 2
    assert "datasets.yaml:5:16: datasets[0].clusters.min_cluster_sise: unknown key, did you mean" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_config_elsewhere_is_found_and_worked_on_there(home):
    (home / "deep").mkdir()
    (home / "datasets.yaml").rename(home / "deep" / "mine.yaml")
    done = run_cli("status", "--config", "deep/mine.yaml", "--only", "nope", cwd=home)
    assert done.returncode == 2
    assert "deep/mine.yaml: no dataset nope" in done.stderr


FAILURES = {
    "missing package": (
        ["build"],
        {},
        "datasets.yaml:4:5: datasets[0].source: package 'no_such_package_anywhere' is not installed here",
    ),
    "missing package for tune": (["tune", "a"], {}, "datasets.yaml:4:5: datasets[0].source: package 'no_such"),
    "missing package for status": (["status"], {}, "package 'no_such_package_anywhere' is not installed here"),
    "foreign output": (["build"], {"build/thesis.txt": "mine"}, "build: holds files that sitegen did not write"),
    "output is a file": (["build"], {"build": "mine"}, "build: is not a folder"),
    "output is the project": (["build", "-o", "."], {}, "holds files that sitegen did not write"),
    "no site to serve": (["serve", "build"], {}, "holds no site yet; run `sitegen build` first"),
    "no site to check": (["check"], {}, "build: holds no site; run `sitegen build` first"),
    "foreign folder to serve": (["serve", "build"], {"build/thesis.txt": "mine"}, "holds no site yet"),
    "foreign folder to clean": (["clean"], {"build/thesis.txt": "mine"}, "holds files that sitegen did not write"),
    "project to clean": (["clean", "-o", ".", "--cache"], {".sitegen/cache/x": "x"}, "did not write"),
    "folder to work in that is a file": (["build"], {".sitegen": "mine"}, ".sitegen"),
}


@pytest.mark.parametrize(("arguments", "files", "message"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_exits_1_with_a_message_and_touches_nothing(home, arguments, files, message):
    if ".sitegen" in files:
        make_package(home, "no_such_package_anywhere", {"x.json": '[{"text": "text"}]'})
    write(home, files)
    before = snapshot(home)
    done = run_cli(*arguments, cwd=home)
    assert done.returncode == 1, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    after = snapshot(home)
    assert {name: after.get(name) for name in before} == before


def test_errors_are_plain_text_off_a_terminal(home):
    assert "\x1b" not in run_cli("build", cwd=home).stderr


def test_clean_removes_the_site_and_nothing_else(home):
    write(home, {**SITE, ".sitegen/cache/documents/x": "x", "notes.txt": "mine"})
    done = run_cli("clean", cwd=home)
    assert (done.returncode, done.stdout) == (0, "removed build\n")
    left = {name for name, content in snapshot(home).items() if content is not None}
    assert left == {"datasets.yaml", "notes.txt", ".sitegen/cache/documents/x"}


def test_clean_removes_stored_results_only_when_asked(home):
    write(home, {**SITE, ".sitegen/cache/documents/x": "x", "notes.txt": "mine"})
    assert run_cli("clean", "--cache", cwd=home).returncode == 0
    assert set(snapshot(home)) == {"datasets.yaml", "notes.txt"}


def test_clean_with_nothing_to_remove_is_no_error(home):
    before = snapshot(home)
    done = run_cli("clean", "--cache", cwd=home)
    assert (done.returncode, done.stdout) == (0, "")
    assert snapshot(home) == before


def test_status_tells_every_stage_and_writes_nothing(home):
    make_package(home, "no_such_package_anywhere", {"x.json": "[]"})
    before = snapshot(home)
    done = run_cli("status", cwd=home)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0] == ["a"]
    assert rows[1] == ["documents", "stale", "not", "made", "yet"]
    assert [row[0] for row in rows[1:]] == [stage.name for stage in STAGES]
    assert {row[1] for row in rows[1:]} == {"stale"}
    assert snapshot(home) == before


def test_an_interrupted_build_exits_130_and_says_what_is_kept(tmp_path):
    body = "\n".join(f'def f{number}():\n    """Function {number}."""\n' for number in range(400))
    make_package(tmp_path, "slow", {f"m{number}.py": body for number in range(1500)})
    entry = ENTRY.replace("{type: package, package: p, path: x.json}", "{type: docstrings, packages: [slow]}")
    (tmp_path / "datasets.yaml").write_text(f"{entry}    labels: {{model: null}}\n")
    with subprocess.Popen(
        [sys.executable, "-m", "sitegen", "build"],
        cwd=tmp_path,
        env=cli_env(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert "documents" in first
    assert "not made yet" in first
    assert process.returncode == 130, rest
    assert "interrupted: what was finished is kept" in rest
    assert "Traceback" not in rest
    assert not (tmp_path / "build").exists()
    assert [path.name for path in tmp_path.rglob("manifest.json")] == []


def test_the_guide_documents_every_command_and_option_once():
    text = (REPO / "docs" / "commands.md").read_text("utf-8")
    rows = [row.strip("| ").split(" | ") for row in text.splitlines() if row.startswith("| `")]
    commands = re.findall(r"^\| `sitegen (\w+)", text, re.MULTILINE)
    documented = [
        (option, command)
        for what, where, *_ in rows
        for option in re.findall(r"`(--[\w-]+)", what)
        for command in where.split(", ")
        if where != "all"
    ]
    alone = {name: command for name, command in cli.commands.items() if not isinstance(command, click.Group)}
    groups = {name: command for name, command in cli.commands.items() if isinstance(command, click.Group)}
    below = {f"{name} {each}": command for name, group in groups.items() for each, command in group.commands.items()}
    expected = [
        (option, name)
        for name, command in (alone | below).items()
        for each in command.params
        for option in each.opts
        if option.startswith("--")
    ]
    assert set(commands) == set(cli.commands)
    assert sorted(documented) == sorted(expected)


def test_a_command_with_ways_to_use_it_shows_them(tmp_path):
    assert "  sitegen build --only talks " in run_cli("build", "--help", cwd=tmp_path).stdout


def test_the_documented_completion_is_that_of_the_shell(tmp_path):
    text = (REPO / "docs" / "commands.md").read_text("utf-8")
    for shell in ("bash", "zsh", "fish"):
        assert f"_SITEGEN_COMPLETE={shell}_source sitegen" in text
    env = {**cli_env(tmp_path), "_SITEGEN_COMPLETE": "bash_complete", "COMP_WORDS": "sitegen che", "COMP_CWORD": "1"}
    code = "import sys; sys.argv[0] = 'sitegen'; from sitegen.cli import cli; cli()"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, **CAPTURE)
    assert done.stdout.strip() == "plain,check"


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self';
base-uri 'none'; form-action 'none'"></head><body><h1>x</h1>{}</body></html>"""


def test_check_exits_1_and_names_each_problem(tmp_path):
    write(tmp_path, {"site/index.html": PAGE.format('<a href="gone.html">gone</a>')})
    done = run_cli("check", "site", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "index.html: links to gone.html, which is not there\n")
    assert "site: 1 problem(s)" in done.stderr
    write(tmp_path, {"site/index.html": PAGE.format("")})
    done = run_cli("check", "site", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "site: no problem found\n")


@pytest.mark.parametrize(
    ("arguments", "builds"),
    [(["serve", "build", "-p", "0"], False), (["serve", "-p", "0"], True), (["build", "--watch"], True)],
)
def test_what_runs_until_ctrl_c_survives_errors_and_ends_well(home, arguments, builds):
    write(home, SITE)
    with subprocess.Popen(
        [sys.executable, "-m", "sitegen", *arguments],
        cwd=home,
        env={**cli_env(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        told = []
        while "Ctrl-C stops" not in (line := process.stdout.readline()):
            assert line, told
            told.append(line)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert (process.returncode, rest) == (0, "")
    assert any("package 'no_such_package_anywhere' is not installed" in line for line in told) == builds
    assert (home / "build" / "index.html").read_text() == "<p>site</p>"


def test_what_is_logged_on_the_way_is_a_warning_of_the_command(tmp_path, monkeypatch):
    from sitegen.commands import status
    from sitegen.report import log_warning

    (tmp_path / "datasets.yaml").write_text(ENTRY)
    monkeypatch.setattr(status, "status", lambda *_: log_warning("the Hub cannot be reached") or {})
    done = CliRunner().invoke(cli, ["status", "--config", str(tmp_path / "datasets.yaml")])
    assert done.stderr == "warning: the Hub cannot be reached\n"
