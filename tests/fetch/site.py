"""A web site of the tests' own that answers as it is told, well or badly."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Said:
    """An answer; `length` if another than the body's is claimed, `drip` seconds between two bytes."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    drip: float = 0.0


@dataclass
class Site:
    """The answers by path (a list is worked off, its last one stays), and the requests that came."""

    address: str
    answers: dict[str, Said | list[Said]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        """What was asked for, robots.txt aside."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


@contextmanager
def served() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            said = site.answers.get(self.path, Said(status=404))
            if isinstance(said, list):
                said = said.pop(0) if len(said) > 1 else said[0]
            condition = self.headers.get("If-None-Match") or self.headers.get("If-Modified-Since")
            if condition and condition in (said.headers.get("ETag"), said.headers.get("Last-Modified")):
                said = Said(status=304)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body) if said.length is None else said.length))
            self.end_headers()
            if not said.drip:
                self.wfile.write(said.body)
                return
            for byte in said.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(said.drip)

        def log_message(self, *_args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            """A client that hangs up is no news."""

    server = Quiet(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
