"""The recipes of `docs/deploying.md` fit what is published and what the command line takes."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from sitegen.cli import cli

TEXT = (Path(__file__).parents[3] / "docs" / "deploying.md").read_text("utf-8")
WORKFLOW = re.search(r"```yml\n(.+?)```", TEXT, re.DOTALL)[1]
NGINX = """
{user}
daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{
  include /etc/nginx/mime.types; access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}; {recipe} }}
}}
"""


@pytest.fixture(scope="module")
def nginx(tiny, tmp_path_factory) -> Iterator[str]:
    """Where a real nginx, with the recipe, serves the tiny site."""
    program = shutil.which("nginx")
    if program is None:
        pytest.fail("there is no nginx; `make nginx` installs it where it can", pytrace=False)
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "maps").symlink_to(tiny.folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # pytest's folders are its user's own, which a worker of nginx is not
    user = "user root;" if os.geteuid() == 0 else ""
    recipe = re.search(r"```nginx\n(.+?)```", TEXT, re.DOTALL)[1]
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(user=user, folder=folder, port=port, recipe=recipe), "utf-8")
    subprocess.run([program, "-t", "-c", config], check=True)
    with subprocess.Popen([program, "-c", config]) as server:
        address = f"http://127.0.0.1:{port}/maps/"
        deadline = time.monotonic() + 30
        while not answers(address) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield address
        server.terminate()


def answers(address: str) -> bool:
    try:
        return fetch(address)[0] == 200
    except urllib.error.URLError:
        return False


def fetch(address: str) -> tuple[int, Message, bytes]:
    """Status, headers and body as a browser that takes gzip gets them."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_the_nginx_recipe_serves_every_file_with_its_headers(nginx, tiny):
    for path in (each for each in tiny.folder.rglob("*") if each.is_file()):
        name = path.relative_to(tiny.folder).as_posix()
        status, headers, body = fetch(nginx + name)
        assert status == 200, name
        hashed = re.search(r"[.-][0-9a-f]{10}[./]", name)
        assert headers["Cache-Control"] == ("public, max-age=31536000, immutable" if hashed else "no-cache"), name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        if name.endswith(".html"):
            assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Content-Encoding"] == "gzip"
            assert len(body) < path.stat().st_size


def test_the_nginx_recipe_shows_our_page_for_what_is_not_there(nginx, tiny):
    status, headers, _ = fetch(f"{nginx}tiny/there/is/nothing")
    assert (status, headers["Content-Type"]) == (404, "text/html")


def test_what_may_be_cached_for_ever_is_what_carries_a_hash(tiny):
    (forever,) = [each for each in re.split(r"^(?=aws )|```", TEXT, flags=re.MULTILINE) if "immutable" in each[:300]]
    patterns = re.findall(r'--include "(.+?)"', forever)
    names = [path.relative_to(tiny.folder).as_posix() for path in tiny.folder.rglob("*") if path.is_file()]
    matched = {name for name in names if any(fnmatch(name, pattern) for pattern in patterns)}
    assert len(matched) > 20
    assert matched == {name for name in names if re.search(r"[.-][0-9a-f]{10}[./]", name)}


def test_the_commands_of_the_recipes_are_there():
    steps = YAML(typ="safe").load(WORKFLOW)["jobs"]["build"]["steps"]
    lines = [step["run"] for step in steps if "run" in step]
    lines += re.findall(r"(?:^|`)(sitegen \w+[^`&\n]*)", TEXT, re.MULTILINE)
    commands = [words for line in lines if (words := shlex.split(line))[0] == "sitegen"]
    assert ["sitegen", "build", "--strict"] in commands
    for _, name, *options in commands:
        with click.Context(cli.commands[name]) as context:
            cli.commands[name].parse_args(context, options)


@pytest.mark.parametrize("recipe", re.findall(r"^.*rsync -a.*build/.*$", TEXT, re.MULTILINE))
def test_old_files_go_after_the_pages_that_need_them(recipe):
    assert {"--delay-updates", "--delete-after"} < set(recipe.split())
