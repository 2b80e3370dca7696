"""The Hub by its documented interface, as far as commits to a dataset repository use it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any
from urllib.parse import unquote

from tests.publish.service import Answer, Service

REPOSITORY = "board/papers"
_API = f"/api/datasets/{REPOSITORY}"


class FakeHub(Service):
    """One repository: commits are whole trees, large files lie beside them by their SHA-256."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token
        self.commits: list[tuple[str, str, dict[str, bytes]]] = []
        self.tags: dict[str, str] = {}
        self.large: dict[str, bytes] = {}
        self.damage = 0

    def tree(self, revision: str = "main") -> dict[str, bytes]:
        oid = self.commits[-1][0] if revision == "main" else self.tags.get(revision, revision)
        return next(files for name, _, files in self.commits if name == oid)

    def respond(self, method: str, path: str, query: str, body: bytes) -> Answer:
        path = unquote(path)
        if path == "/api/repos/create":
            return self._create()
        if path == "/api/validate-yaml":
            return 200, {"errors": [], "warnings": []}
        if not self.commits:
            return 404, {"error": "Repository not found"}
        if path == f"{_API}/refs":
            return 200, self._refs()
        if path == f"{_API}/preupload/main":
            return 200, {"files": [self._mode(file["path"]) for file in json.loads(body)["files"]]}
        if path == f"/datasets/{REPOSITORY}.git/info/lfs/objects/batch":
            return 200, {"transfer": "basic", "objects": [self._upload(o) for o in json.loads(body)["objects"]]}
        if found := re.fullmatch(r"/open/lfs/(\w+)", path):
            self.damage -= 1
            self.large[found[1]] = body if self.damage < 0 else body[:-1] + b"?"
            return 200, {}
        if path == f"{_API}/commit/main":
            return self._commit([json.loads(line) for line in body.splitlines()])
        if found := re.fullmatch(rf"{_API}/tree/([\w.-]+)", path):
            return self._tree(found[1])
        if found := re.fullmatch(rf"{_API}/tag/([\w.-]+)", path):
            return self._tag(method, found[1], body)
        return 404, {"error": "Entry not found"}

    def _create(self) -> Answer:
        if self.commits:
            return 409, {"error": "You already created this dataset repo", "url": f"{self.base}/datasets/{REPOSITORY}"}
        self._add("initial commit", {".gitattributes": b"*.parquet filter=lfs\n"})
        return 200, {"url": f"{self.base}/datasets/{REPOSITORY}", "name": REPOSITORY, "id": "1"}

    def _add(self, title: str, files: dict[str, bytes]) -> str:
        oid = hashlib.sha1(f"{len(self.commits)} {title}".encode()).hexdigest()
        self.commits.append((oid, title, files))
        return oid

    def _refs(self) -> dict[str, Any]:
        tags = [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": oid} for n, oid in self.tags.items()]
        main = {"name": "main", "ref": "refs/heads/main", "targetCommit": self.commits[-1][0]}
        return {"branches": [main], "tags": tags, "converts": []}

    def _mode(self, path: str) -> dict[str, Any]:
        data = self.tree().get(path)
        mode = "lfs" if path.endswith(".parquet") else "regular"
        return {"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": None if data is None else _blob(data)}

    def _upload(self, wanted: dict[str, Any]) -> dict[str, Any]:
        told = {"oid": wanted["oid"], "size": wanted["size"], "authenticated": True}
        there = self.large.get(wanted["oid"])
        if there is not None and hashlib.sha256(there).hexdigest() == wanted["oid"]:
            return told
        return {**told, "actions": {"upload": {"href": f"{self.base}/open/lfs/{wanted['oid']}", "header": {}}}}

    def _commit(self, lines: list[dict[str, Any]]) -> Answer:
        header = lines[0]["value"]
        if header.get("parentCommit") not in (None, self.commits[-1][0]):
            return 412, {"error": "The expected parent commit is not the head of the branch"}
        files = dict(self.tree())
        for line in lines[1:]:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.large[value["oid"]]
            else:
                del files[value["path"]]
        oid = self._add(header["summary"], files)
        return 200, {"success": True, "commitOid": oid, "commitUrl": f"{self.base}/datasets/{REPOSITORY}/commit/{oid}"}

    def _tree(self, revision: str) -> Answer:
        entries: list[dict[str, Any]] = [{"type": "directory", "path": "data", "oid": "0" * 40, "size": 0}]
        for path, data in self.tree(revision).items():
            entry = {"type": "file", "path": path, "size": len(data), "oid": _blob(data)}
            if path.endswith(".parquet"):
                digest = hashlib.sha256(data).hexdigest()
                entry["lfs"] = {"oid": digest, "size": len(data), "pointerSize": 130}
            entries.append(entry)
        return 200, entries

    def _tag(self, method: str, name: str, body: bytes) -> Answer:
        if method == "DELETE":
            return (200, {}) if self.tags.pop(name, None) else (404, {"error": "no such tag"})
        tag = json.loads(body)["tag"]
        if tag in self.tags:
            return 409, {"error": "Tag reference exists already"}
        self.tags[tag] = self.commits[-1][0] if name == "main" else name
        return 200, {}


def _blob(data: bytes) -> str:
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
