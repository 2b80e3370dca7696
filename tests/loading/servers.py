"""Servers that the tests start: files over HTTP, with range requests or without, and nginx."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Plain(SimpleHTTPRequestHandler):
    """Files from a folder, whole; every request is remembered."""

    requests: list[tuple[str, str, str | None]] = []  # noqa: RUF012 (one list for each server, set below)
    sent: int = 0

    def log_message(self, *_args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.requests.append(("GET", self.path, None))
        super().do_GET()


class Ranged(Plain):
    """Files from a folder, in parts where parts are asked for."""

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.requests.append(("GET", self.path, asked))
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        found = re.fullmatch(r"bytes=(\d*)-(\d*)", asked or "")
        if found:
            start = int(found[1]) if found[1] else len(data) - int(found[2])
            end = min(int(found[2]) + 1 if found[1] and found[2] else len(data), len(data))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
            data = data[start:end]
        else:
            self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Last-Modified", self.date_time_string(path.stat().st_mtime))
        self.end_headers()
        type(self).sent += len(data)
        self.wfile.write(data)


@contextmanager
def serve(folder: Path, kind: type[Plain]) -> Iterator[tuple[str, type[Plain]]]:
    """Serve a folder; gives the address, and the handler that remembers the requests."""
    handler = type(kind.__name__, (kind,), {"requests": [], "sent": 0})

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            """A client that hangs up is no news."""

    server = Quiet(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()


NGINX = """
daemon off; pid {root}/pid; error_log {root}/errors; {user} worker_processes 1; events {{ worker_connections 64; }}
http {{
  types {{ text/html html; text/javascript js mjs; }} default_type application/octet-stream;
  log_format asked '$request_method $uri $status $http_range'; access_log {root}/asked asked;
  client_body_temp_path {root}/a; proxy_temp_path {root}/b; fastcgi_temp_path {root}/c; uwsgi_temp_path {root}/d;
  scgi_temp_path {root}/e;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""
NO_NGINX = "there is no nginx on this machine: install nginx"


def find_nginx() -> str | None:
    """The program `nginx`, which is often where only the administrator's path leads."""
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


@contextmanager
def nginx(folder: Path, root: Path) -> Iterator[tuple[str, Path]]:
    """Serve a folder by nginx as it comes; gives the address, and the log of requests.

    Args:
        folder: what to serve.
        root: an empty folder for what nginx writes.
    """
    from tests.conftest import _free_port  # Which imports this module, for its fixtures.

    port, program = _free_port(), find_nginx()
    assert program
    # As root it would read as another user, who may not enter the folders of the tests.
    user = "user root;" if os.geteuid() == 0 else ""
    (root / "conf").write_text(NGINX.format(root=root, port=port, folder=folder, user=user))
    server = subprocess.Popen([program, "-p", str(root), "-c", str(root / "conf"), "-e", str(root / "errors")])
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < deadline, (root / "errors").read_text()
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", root / "asked"
    finally:
        server.terminate()
        server.wait(30)
