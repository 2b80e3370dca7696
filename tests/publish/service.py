"""A fake web service that answers by rules, and fails as it is told to."""

from __future__ import annotations

import json
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Fault:
    """What goes wrong with the next requests that match.

    `status` is answered instead of doing anything; `slow` answers too late; `lost` does it and drops the connection.
    """

    method: str
    path: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0
    lost: bool = False
    times: int = 1


Answer = tuple[int, Any]


class Service(ABC):
    """Subclasses answer in `respond`; everything that was asked is in `seen`."""

    token = ""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.seen: list[str] = []
        self.lock = threading.RLock()
        self.base = ""

    @abstractmethod
    def respond(self, method: str, path: str, query: str, body: bytes) -> Answer:
        """What the service answers, and what it then knows."""

    def fail(self, method: str, path: str, **what: Any) -> None:
        self.faults.append(Fault(method, path, **what))

    def fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.method == method and re.search(fault.path, path):
                    fault.times -= 1
                    return fault
        return None

    def asked(self, method: str, path: str) -> int:
        return sum(1 for line in self.seen if line.startswith(f"{method} ") and re.search(path, line))

    @contextmanager
    def running(self) -> Iterator[Service]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_request(self) -> None:
                service._handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_request  # noqa: N815

            def log_message(self, *_: Any) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.base = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        path, _, query = request.path.partition("?")
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self.seen.append(f"{request.command} {path}")
        fault = self.fault(request.command, path)
        if fault and fault.slow:
            time.sleep(fault.slow)
        if fault and fault.status:
            # A careless server that shows what it was sent.
            shown = {"message": f"no, {request.headers.get('Authorization')}", "error": "no"}
            return self._send(request, fault.status, shown, fault.headers)
        if request.headers.get("Authorization") != f"Bearer {self.token}" and "/open/" not in path:
            return self._send(request, 401, {"status": 401, "message": "The server could not verify the token."})
        with self.lock:
            status, answer = self.respond(request.command, path, query, body)
        if fault and fault.lost:
            request.close_connection = True
            request.connection.close()
            return None
        return self._send(request, status, answer)

    def _send(
        self, request: BaseHTTPRequestHandler, status: int, answer: Any, headers: dict[str, str] | None = None
    ) -> None:
        data = b"" if answer is None else json.dumps(answer).encode()
        try:
            request.send_response(status)
            for name, value in (headers or {}).items():
                request.send_header(name, value)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data)
        except OSError:
            request.close_connection = True
