"""nginx in front, configured as docs/running.md says: slow requests wait there and hold up nobody."""

from __future__ import annotations

import http.client
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.processes import ENOUGH, ROOT, environment, fetch, running, until
from tests.services import free_port

# As many connections as stopped everything before.
SLOW = 16
UPLOAD = "/inspections/autumn/documents/10/reports/upload/"
DOCUMENTED = (ROOT / "docs" / "running.md").read_text().partition("## The proxy\n")[2].partition("nginx can send")[0]
NGINX = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
{zones}
    server {{
        listen 127.0.0.1:{port};
{server}
    }}
}}
"""


def documented() -> tuple[str, str]:
    """The lines that docs/running.md has for the `http` block and for the `server` block."""
    blocks = re.findall(r"(?:^(?:    .*)?\n)+", DOCUMENTED, re.MULTILINE)
    zones, server = [block for block in blocks if block.strip()]
    return zones, server


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[int]:
    """The documented nginx in front of what listens on `upstream`; its port."""
    folder.mkdir()
    zones, server = documented()
    port, user = free_port(), "user root;" if os.geteuid() == 0 else ""
    server = server.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    (folder / "nginx.conf").write_text(NGINX.format(user=user, folder=folder, port=port, zones=zones, server=server))
    command = ["/usr/sbin/nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), "-p", str(folder)]
    with running(command, folder / "out", dict(os.environ)):
        until(lambda: listens(port), "nginx listens")
        yield port


def listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def begun(port: int, head: str) -> socket.socket:
    """A connection on which only `head` was sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=ENOUGH)
    connection.sendall(head.encode())
    return connection


def status_of(connection: socket.socket) -> int:
    """The status that is answered on a connection, although not all was sent that was announced."""
    with closing(http.client.HTTPResponse(connection)) as answer:
        answer.begin()
        return answer.status


def post(address: str, *, body: str, length: int = 10_000, cookie: str = "") -> str:
    return (
        f"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Cookie: {cookie}\r\nContent-Length: {length}\r\n\r\n{body}"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[int]:
    """gunicorn as `manage.py serve` runs it, with four threads, behind the documented nginx; nginx's port."""
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    env = environment(folder / "var", PORT=str(port), WEB_THREADS="4", BEHIND_PROXY="on")
    with running([sys.executable, "manage.py", "serve", "--no-demo"], folder / "log", env):
        until(lambda: fetch(f"http://127.0.0.1:{port}/health")[0] == 200, "the web server answers")
        with nginx(folder / "nginx", port) as front:
            yield front


def answers(port: int) -> list[int]:
    """The statuses of more pages than the site has threads."""
    addresses = ["/health", "/sign-in/", "/", "/sign-in/", "/password/", "/health"]
    return [fetch(f"http://127.0.0.1:{port}{address}", "localhost")[0] for address in addresses]


WELL = [200, 200, 302, 200, 200, 200]


@pytest.mark.processes
def test_site_answers_while_sixteen_send_their_sign_in_slowly(site) -> None:
    cookie = fetch(f"http://127.0.0.1:{site}/sign-in/", "localhost")[1]["set-cookie"].partition(";")[0]
    with ExitStack() as stack:
        for _ in range(SLOW):
            head = post("/sign-in/", body="username=somebody%40example.org&", cookie=cookie)
            stack.enter_context(closing(begun(site, head)))
        assert answers(site) == WELL


@pytest.mark.processes
def test_site_answers_while_sixteen_send_their_request_slowly(site) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW):
            stack.enter_context(closing(begun(site, "GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\n")))
        assert answers(site) == WELL


@pytest.mark.processes
def test_who_is_not_signed_in_is_sent_away_before_the_upload_is_read(site) -> None:
    cookie = fetch(f"http://127.0.0.1:{site}/sign-in/", "localhost")[1]["set-cookie"].partition(";")[0]
    with ExitStack() as stack:
        head = post(UPLOAD, body="a", length=200_000_000, cookie=cookie)
        slow = [stack.enter_context(closing(begun(site, head))) for _ in range(12)]
        assert [status_of(connection) for connection in slow] == [302] * 12
        assert answers(site) == WELL


@pytest.mark.processes
def test_a_page_that_takes_no_upload_takes_no_large_request(site) -> None:
    with closing(begun(site, post("/sign-in/", body="", length=13_000_000))) as connection:
        assert status_of(connection) == 413


@pytest.mark.processes
def test_no_more_uploads_are_let_through_than_leave_threads_for_pages(tmp_path) -> None:
    """The application never answers here, as if every upload went on."""
    with ExitStack() as stack:
        application = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        port = stack.enter_context(nginx(tmp_path / "nginx", application.getsockname()[1]))
        head = post(UPLOAD, body="a", length=200_000_000)
        through = [stack.enter_context(closing(begun(port, head))) for _ in range(12)]
        for _ in through:
            stack.enter_context(closing(application.accept()[0]))
        refused = [stack.enter_context(closing(begun(port, head))) for _ in range(4)]
        assert [status_of(connection) for connection in refused] == [503] * 4


def test_documented_limit_of_uploads_leaves_threads_of_the_compose_file() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    found = [re.search(rf"{name}: \$\{{{name}:-(\d+)\}}", compose) for name in ("WEB_WORKERS", "WEB_THREADS")]
    threads = [int(match[1]) for match in found if match]
    limit = re.search(r"limit_conn readiness_uploads (\d+);", DOCUMENTED)
    assert limit
    assert int(limit[1]) == threads[0] * threads[1] * 3 // 4


def addresses(patterns: list, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """An address of every page, with something that fits in the place of each of its parts."""
    for pattern in patterns:
        route = re.sub(r"<int:\w+>", "7", str(pattern.pattern))
        route = prefix + re.sub(r"<\w+:\w+>", "a-b", route)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route, pattern


def test_documented_location_of_uploads_is_that_of_every_page_that_receives_files_and_no_other() -> None:
    location = re.search(
        r"^    location ~ (\S+) \{\n        proxy_pass .*\n        proxy_request_buffering off;", DOCUMENTED, re.M
    )
    assert location
    assert DOCUMENTED.count("proxy_request_buffering") == 1
    pages = dict(addresses(get_resolver().url_patterns))
    receiving = {address for address, page in pages.items() if getattr(page.callback, "receives_files", False)}
    assert {address for address in pages if re.search(location[1], address)} == receiving
    assert len(receiving) == 5
