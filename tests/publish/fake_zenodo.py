"""Zenodo by its documented REST interface, as far as deposits use it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.publish.service import Answer, Service

_MISSING: Answer = (404, {"status": 404, "message": "PID does not exist."})


class Zenodo(Service):
    """Deposits and their files. `damage` names files that arrive damaged, so many times."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token
        self.deposits: dict[int, dict[str, Any]] = {}
        self.files: dict[str, dict[str, bytes]] = {}
        self.damage: dict[str, int] = {}
        self.rots: set[str] = set()

    @property
    def published(self) -> list[dict[str, Any]]:
        return [d for d in self.deposits.values() if d["submitted"]]

    def contents(self, number: int) -> dict[str, bytes]:
        return self.files[self.deposits[number]["bucket"]]

    def respond(self, method: str, path: str, query: str, body: bytes) -> Answer:
        if found := re.fullmatch(r"/api/files/([\w-]+)/(.+)", path):
            return self._file(method, found[1], unquote(found[2]), body)
        found = re.fullmatch(r"/api/deposit/depositions(?:/(\d+)(?:/(files|actions)(?:/([\w.-]+))?)?)?", path)
        if not found:
            return _MISSING
        number, below, last = found.groups()
        if number is None:
            return self._all(method, query, body)
        deposit = self.deposits.get(int(number))
        if deposit is None:
            return _MISSING
        if below == "files":
            return self._files(method, deposit, last)
        if below == "actions":
            if last == "edit":
                return self._edit(deposit)
            return self._publish(deposit) if last == "publish" else self._new_version(deposit)
        if method == "PUT":
            if deposit["submitted"] and not deposit["edited"]:
                return 403, {"status": 403, "message": "Deposition already submitted."}
            deposit["metadata"] = json.loads(body)["metadata"]
        return 200, self._shown(deposit)

    def _all(self, method: str, query: str, body: bytes) -> Answer:
        if method == "POST":
            return 201, self._shown(self._make(json.loads(body).get("metadata", {}), None))
        draft = parse_qs(query).get("status") == ["draft"]
        # The list leaves the links to buckets out, as Zenodo does.
        return 200, [{**self._shown(d), "links": {}} for d in self.deposits.values() if not (draft and d["submitted"])]

    def _make(self, metadata: dict[str, Any], concept: int | None) -> dict[str, Any]:
        number = 1000 + 2 * len(self.deposits)
        deposit = {
            "id": number,
            "concept": concept or number - 1,
            "bucket": f"bucket-{number}",
            "metadata": metadata,
            "submitted": False,
            "edited": False,
        }
        self.deposits[number] = deposit
        self.files[deposit["bucket"]] = {}
        return deposit

    def _shown(self, deposit: dict[str, Any]) -> dict[str, Any]:
        number, here = deposit["id"], f"{self.base}/api/deposit/depositions/{deposit['id']}"
        links = {
            "self": here,
            "publish": f"{here}/actions/publish",
            "bucket": f"{self.base}/api/files/{deposit['bucket']}",
        }
        shown = {"id": number, "submitted": deposit["submitted"], "metadata": deposit["metadata"], "links": links}
        shown["state"] = "inprogress" if deposit["edited"] else "done" if deposit["submitted"] else "unsubmitted"
        if deposit["submitted"]:
            links["record_html"] = f"{self.base}/records/{number}"
            shown |= {"doi": f"10.5281/zenodo.{number}", "conceptdoi": f"10.5281/zenodo.{deposit['concept']}"}
        drafts = [d["id"] for d in self.deposits.values() if d["concept"] == deposit["concept"] and not d["submitted"]]
        if drafts:
            links["latest_draft"] = f"{self.base}/api/deposit/depositions/{drafts[-1]}"
        return shown

    def _file(self, method: str, bucket: str, name: str, body: bytes) -> Answer:
        if bucket not in self.files or method != "PUT":
            return _MISSING
        if self.damage.get(name, 0) > 0:
            self.damage[name] -= 1
            body = body[:-1] + b"?"
        self.files[bucket][name] = body
        digest = hashlib.md5(body).hexdigest()
        if name in self.rots:
            self.rots.discard(name)
            self.files[bucket][name] = body + b"?"
        return 201, {"key": name, "size": len(body), "checksum": f"md5:{digest}"}

    def _files(self, method: str, deposit: dict[str, Any], last: str | None) -> Answer:
        files = self.files[deposit["bucket"]]
        if method == "DELETE":
            name = next((n for n in files if hashlib.sha1(n.encode()).hexdigest() == last), None)
            return (204, None) if name and files.pop(name) is not None else _MISSING
        return 200, [
            {
                "id": hashlib.sha1(name.encode()).hexdigest(),
                "filename": name,
                "filesize": len(data),
                "checksum": hashlib.md5(data).hexdigest(),
            }
            for name, data in files.items()
        ]

    def _edit(self, deposit: dict[str, Any]) -> Answer:
        if not deposit["submitted"] or deposit["edited"]:
            return 400, {"status": 400, "message": "Invalid action."}
        deposit["edited"] = True
        return 201, self._shown(deposit)

    def _publish(self, deposit: dict[str, Any]) -> Answer:
        if deposit["submitted"] and not deposit["edited"]:
            return 404, {"status": 404, "message": "The draft does not exist."}
        errors = [
            {"field": f"metadata.{name}", "message": "Field is required."}
            for name in ("title", "description", "creators")
            if not deposit["metadata"].get(name)
        ]
        if errors or not self.files[deposit["bucket"]]:
            return 400, {"status": 400, "message": "Validation error.", "errors": errors}
        deposit["submitted"], deposit["edited"] = True, False
        return 202, self._shown(deposit)

    def _new_version(self, deposit: dict[str, Any]) -> Answer:
        if not deposit["submitted"]:
            return 403, {"status": 403, "message": "Not published."}
        drafts = [d for d in self.deposits.values() if d["concept"] == deposit["concept"] and not d["submitted"]]
        if not drafts:
            made = self._make(dict(deposit["metadata"]), deposit["concept"])
            self.files[made["bucket"]] = dict(self.files[deposit["bucket"]])
        return 201, self._shown(deposit)
