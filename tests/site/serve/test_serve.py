"""The preview server."""

import http.client
import socket
from urllib.parse import urlsplit

import pytest

from sitegen.commands.serve.server import serve, serving
from sitegen.errors import PublishError


def exchange(url, request):
    """Send bytes as they are, which no HTTP client would; the status, the headers and the body of the answer."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(request)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head, "the server hung up without an answer"
    status, *lines = head.decode("latin-1").split("\r\n")
    return int(status.split()[1]), {line.split(": ")[0].title(): line.split(": ", 1)[1] for line in lines}, body


def get(url, path, method="GET"):
    return exchange(url, f"{method} {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode("latin-1"))


@pytest.fixture(scope="module")
def secret(tiny):
    """A file beside the site."""
    path = tiny.folder.parent / "secret.txt"
    path.write_text("hunter2", "utf-8")
    return path


@pytest.mark.parametrize("path", ["/", "/index.html", "/tiny/", "/tiny/index.html", "/tiny/index.html?x=1"])
def test_pages_are_served_as_they_are(tiny, tiny_url, path):
    status, headers, body = get(tiny_url, path)
    name = "tiny/index.html" if "tiny" in path else "index.html"
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert body == (tiny.folder / name).read_bytes()


def test_files_have_their_kind_and_are_checked_again_each_time(tiny, tiny_url):
    kinds = {".js": "text/javascript", ".css": "text/css", ".webp": "image/webp", ".svg": "image/svg+xml"}
    for suffix, kind in kinds.items():
        path = next(path for path in sorted(tiny.folder.rglob(f"*{suffix}")))
        status, headers, body = get(tiny_url, f"/{path.relative_to(tiny.folder).as_posix()}")
        assert (status, headers["Content-Type"].split(";")[0], body) == (200, kind, path.read_bytes())
        assert headers["Cache-Control"] == "no-cache"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_folder_without_its_slash_leads_to_its_page(tiny_url):
    status, headers, _ = get(tiny_url, "/tiny")
    assert (status, urlsplit(headers["Location"]).path) == (307, "/tiny/")


@pytest.mark.parametrize("path", ["/nowhere", "/tiny/nowhere/deep/", "/index.html/", "/%ff", "/%00"])
def test_what_is_not_there_gets_the_site_s_own_page(tiny, tiny_url, path):
    status, headers, body = get(tiny_url, path)
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert body == (tiny.folder / "404.html").read_bytes()


@pytest.mark.parametrize("path", ["/assets/", "/tiny/map/"])
def test_folders_are_not_listed(tiny, tiny_url, path):
    status, _, body = get(tiny_url, path)
    assert (status, body) == (404, (tiny.folder / "404.html").read_bytes())


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/tiny/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/..\\secret.txt",
        "../secret.txt",
        "//../secret.txt",
        "{secret}",
        "/{secret}",
        "file://{secret}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_outside_the_site_is_served(tiny_url, secret, path, method):
    status, headers, body = get(tiny_url, path.format(secret=secret), method)
    assert status in {400, 404}
    assert b"hunter2" not in body
    assert headers.get("Content-Length") != str(len("hunter2"))


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_head_answers_as_get_does_without_a_body(tiny_url, path):
    def known(headers):
        return {name: value for name, value in headers.items() if name != "Date"}

    status, headers, body = get(tiny_url, path)
    head_status, head_headers, head_body = get(tiny_url, path, "HEAD")
    assert head_body == b""
    assert (head_status, known(head_headers)) == (status, known(headers))
    assert int(headers["Content-Length"]) == len(body)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(tiny_url, method):
    assert get(tiny_url, "/index.html", method)[0] == 405


def test_only_this_machine_is_answered(tiny_url):
    port = urlsplit(tiny_url).port
    others = {address[4][0] for address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for host in {"127.0.0.2", *others} - {"127.0.0.1"}:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((host, port), timeout=5)


def test_the_server_listens_on_the_loopback_address(tmp_path):
    with serving(tmp_path) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        assert connection.getpeername() == ("127.0.0.1", port)


def test_a_taken_port_is_an_error_with_the_way_out(tmp_path, tiny_url):
    port = urlsplit(tiny_url).port
    with pytest.raises(PublishError, match=rf"port {port} .*--port"):
        serving(tmp_path, port).__enter__()


def test_serving_before_building_says_what_to_do(tmp_path):
    with pytest.raises(PublishError, match="sitegen build"):
        serve(tmp_path, 0, lambda _: None)


def test_a_site_without_a_404_page_still_answers(tmp_path):
    with serving(tmp_path) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/nowhere")
        assert connection.getresponse().status == 404
        connection.close()
