"""Data flows one way, and the site is rendered without models."""

import subprocess
import sys

from tests.unit.helpers import CAPTURE, REPO, cli_env

HEAVY = {"bertopic", "hdbscan", "sentence_transformers", "sklearn", "torch", "transformers", "umap"}
MODULES = [
    "sitegen.artifacts",
    "sitegen.config",
    "sitegen.pipeline",
    "sitegen.commands.build",
    "sitegen.commands.serve.server",
]
MODULES += [
    "sitegen.site.pages.write_site",
    "sitegen.site.map.render",
    "sitegen.site.map.bokeh_figure",
    "sitegen.site.output.check",
]


def test_the_import_contracts_hold():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache"]
    done = subprocess.run(command, cwd=REPO, env=cli_env(REPO), **CAPTURE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_no_model_library_is_loaded_before_a_stage_runs():
    code = f"import sys, importlib; [importlib.import_module(m) for m in {MODULES}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, env=cli_env(REPO), **CAPTURE)
    assert done.returncode == 0, done.stderr
    assert HEAVY.isdisjoint(done.stdout.split())
