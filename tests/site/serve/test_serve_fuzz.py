"""Requests that no browser makes, sent to the preview server: a few of those of `python -m benchmarks.trust server`."""

import shutil
import socket
import struct

import pytest

from benchmarks.trust.server import SECRET, attack, exchange
from sitegen.commands.serve.server import serving


@pytest.fixture
def site(tiny, tmp_path):
    return shutil.copytree(tiny.folder, tmp_path / "site")


@pytest.fixture
def port(site):
    with serving(site) as port:
        yield port


def test_random_requests_get_nothing_outside_and_break_nothing(site):
    found = attack(site, 600)
    assert found.problems == []
    assert {200, 403, 404, 416} < set(found.statuses)


def test_only_links_that_stay_inside_the_site_are_followed(site, port):
    (site.parent / "secret.txt").write_bytes(SECRET)
    for name, target in (("out", site.parent / "secret.txt"), ("up", site.parent), ("round", site / "round")):
        (site / name).symlink_to(target)
    (site / "in").symlink_to(site / "404.html")
    for path in ("/out", "/up/secret.txt", "/round"):
        assert exchange(port, f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()).startswith(b"HTTP/1.1 404 ")
    assert b" 200 OK" in exchange(port, b"GET /in HTTP/1.0\r\nHost: localhost\r\n\r\n")


@pytest.mark.parametrize("header", ["Host: [", "Host: localhost\r\nOrigin: http://["])
def test_a_name_that_is_none_is_refused_as_another_host_is(port, header):
    assert exchange(port, f"GET / HTTP/1.0\r\n{header}\r\n\r\n".encode()).startswith(b"HTTP/1.1 403 ")


def test_readers_who_hang_up_are_no_error(site, port, capfd):
    (site / "large.bin").write_bytes(bytes(20_000_000))
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(b"GET /large.bin HTTP/1.0\r\nHost: localhost\r\n\r\n")
            connection.recv(1000)
    assert exchange(port, b"GET /in HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert capfd.readouterr().err == ""
