"""Servers that the tests start: files over HTTP, with range requests or without."""

from __future__ import annotations

import re
import threading
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
