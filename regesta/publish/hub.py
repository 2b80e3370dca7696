"""The Hugging Face Hub: a release is one commit to a dataset repository, and a tag with its version.

A commit appears whole or not at all, and names the commit it follows, so that a half-sent release is never seen and
two publishers cannot mix theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regesta.errors import RegestaError
from regesta.package import verify
from regesta.package.version import parse
from regesta.publish.bundle import Bundle, File, digest_of
from regesta.publish.delivery import Delivery
from regesta.publish.errors import PASSING_STATUS, PassingError, retry_after
from regesta.publish.extras import need
from regesta.publish.secrets import Secrets
from regesta.publish.web import checked

if TYPE_CHECKING:
    from huggingface_hub import HfApi

ADDRESS = "https://huggingface.co"
_KIND = "dataset"
_THEIRS = (".gitattributes",)


class Hub:
    """A dataset repository on a Hub.

    Args:
        repository: `owner/name`.
        name: how messages name it.
        secrets: HF_TOKEN, and HF_ENDPOINT for a Hub of one's own.
        timeout: seconds without an answer.

    Raises:
        RegestaError: there is no token, or huggingface_hub is not installed.
    """

    def __init__(self, repository: str, name: str, secrets: Secrets, timeout: float = 60) -> None:
        self._library: Any = need("huggingface_hub", "huggingface_hub", name)
        self._web: Any = need("httpx2", "huggingface_hub", name)
        self.repository, self.name, self._secrets, self._timeout = repository, name, secrets, timeout
        endpoint = checked(secrets.get("HF_ENDPOINT") or ADDRESS, name)
        self._library.utils.disable_progress_bars()
        self._api: HfApi = self._library.HfApi(endpoint=endpoint, token=secrets.need("HF_TOKEN", name))
        self.url = f"{endpoint}/datasets/{repository}"

    def create(self) -> None:
        """Make the repository, unless it is there."""
        with self._told():
            self._api.create_repo(self.repository, repo_type=_KIND, exist_ok=True)

    def head(self) -> str | None:
        """The commit that `main` is at."""
        with self._told():
            branches = self._api.list_repo_refs(self.repository, repo_type=_KIND).branches
        return next((branch.target_commit for branch in branches if branch.name == "main"), None)

    def tags(self) -> set[str]:
        """The versions that are there."""
        with self._told():
            return {tag.name for tag in self._api.list_repo_refs(self.repository, repo_type=_KIND).tags}

    def tree(self, revision: str) -> dict[str, str]:
        """The files at a revision and their checksums (SHA-256 of large files, Git's own of small ones)."""
        with self._told():
            found = self._api.list_repo_tree(self.repository, recursive=True, revision=revision, repo_type=_KIND)
            files = [entry for entry in found if isinstance(entry, self._library.hf_api.RepoFile)]
        return {f.path: f.lfs.sha256 if f.lfs else f.blob_id for f in files if f.path not in _THEIRS}

    def commit(self, add: dict[str, Path | bytes], delete: list[str], message: str, parent: str | None) -> str:
        """Make one commit after `parent`; gives its id."""
        operations: list[Any] = [
            self._library.CommitOperationAdd(path, str(content) if isinstance(content, Path) else content)
            for path, content in add.items()
        ]
        operations += [self._library.CommitOperationDelete(path) for path in delete]
        with self._told():
            made = self._api.create_commit(
                self.repository, operations, commit_message=message, repo_type=_KIND, parent_commit=parent
            )
        return str(made.oid)

    def tag(self, version: str, commit: str) -> None:
        """Tag a commit with a version."""
        with self._told():
            self._api.create_tag(self.repository, tag=version, revision=commit, repo_type=_KIND, exist_ok=True)

    def untag(self, version: str) -> None:
        """Take a version's tag away."""
        with self._told():
            self._api.delete_tag(self.repository, tag=version, repo_type=_KIND)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the library says into one message without secrets."""
        # The library waits for ever otherwise.
        self._library.get_session().timeout = self._timeout
        try:
            yield
        except RegestaError:
            raise
        except Exception as error:
            cause = _cause(error, self._library.errors.HfHubHTTPError, self._web.TransportError)
            text = self._secrets.scrub(" ".join(str(cause).split()))[:400]
            if isinstance(cause, self._web.TransportError):
                message = f"{self.name}: {type(cause).__name__}: {text}; publish again to go on"
                raise PassingError(message) from None
            response = getattr(cause, "response", None)
            if response is None:
                raise RegestaError(f"{self.name}: {type(cause).__name__}: {text}") from None
            if response.status_code in (*PASSING_STATUS, 409, 412):
                raise PassingError(
                    f"{self.name}: {text}; publish again to go on", retry_after(response.headers)
                ) from None
            raise RegestaError(f"{self.name}: {text}; check HF_TOKEN, its rights and the repository") from None


def _cause(error: BaseException, *kinds: type[BaseException]) -> BaseException:
    """The failure of a request that lies below what the library raised, if there is one."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, kinds):
        found = found.__cause__ or found.__context__
    return found or error


def to_hub(bundle: Bundle, hub: Hub) -> Delivery:
    """Publish a release to a dataset repository, or take a retracted one away.

    Raises:
        RegestaError: the version is there with another content, a later one is there, or the Hub refuses.
        PassingError: the Hub is away or busy, or somebody else has just committed; publishing again goes on.
    """
    hub.create()
    if bundle.stone:
        return _bury(bundle, hub)
    wanted = {file.name: file for file in bundle.files}
    tags = hub.tags()
    if bundle.version in tags:
        if _differing(hub.tree(bundle.version), wanted):
            raise RegestaError(f"{hub.name}: {bundle.version} is there with another content; a release is immutable")
        return Delivery(hub.name, bundle.version, "unchanged", 0, len(wanted), _newest(tags), url=hub.url)
    later = [tag for tag in tags if (parse(tag) or (0, 0, 0)) > (parse(bundle.version) or (0, 0, 0))]
    if later:
        raise RegestaError(f"{hub.name}: {later[0]} is there, and {bundle.version} would take its place; publish later")
    head = hub.head()
    there = hub.tree("main") if head else {}
    missing = _differing(there, wanted)
    commit = head
    if missing or commit is None:
        for file in wanted.values():
            file.check(digest_of(file.path))
        add: dict[str, Path | bytes] = {name: wanted[name].path for name in missing if name in wanted}
        delete = [name for name in there if name not in wanted]
        commit = hub.commit(add, delete, f"Release {bundle.version}", head)
        if astray := _differing(hub.tree(commit), wanted):
            raise PassingError(f"{hub.name}: {astray[0]}: not what was sent; no tag was set; publish again to go on")
    hub.tag(bundle.version, commit)
    sent = sum(1 for name in missing if name in wanted)
    return Delivery(hub.name, bundle.version, "published", sent, len(wanted) - sent, bundle.version, url=hub.url)


def _bury(bundle: Bundle, hub: Hub) -> Delivery:
    """Put up the tombstone in place of a retracted release, where it is the one to be seen, and take its tag away."""
    assert bundle.stone is not None
    there = hub.tree("main") if hub.head() else {}
    known = bundle.stone.files.get(verify.DESCRIPTOR)
    tags = hub.tags()
    notes = ("the Hub's history still has its files; only the owner of the repository can remove them there",)
    shown = bundle.version in tags and _newest(tags) == bundle.version and known is not None
    if shown and verify.TOMBSTONE not in there:
        hub.commit({verify.TOMBSTONE: bundle.tombstone_bytes}, list(there), f"Retract {bundle.version}", hub.head())
    if bundle.version in tags:
        hub.untag(bundle.version)
    return Delivery(
        hub.name,
        bundle.version,
        "retracted",
        retracted=(bundle.version,),
        latest=_newest(tags - {bundle.version}),
        url=hub.url,
        notes=notes,
    )


def _newest(tags: set[str]) -> str | None:
    versions = sorted((found, tag) for tag in tags if (found := parse(tag)))
    return versions[-1][1] if versions else None


def _differing(there: dict[str, str], wanted: dict[str, File]) -> list[str]:
    """The files that are not there, are there with another content, or should not be there."""
    other = [name for name, file in wanted.items() if there.get(name) not in (file.sha256, _blob_id(file.path))]
    return other + [name for name in there if name not in wanted]


def _blob_id(path: Path) -> str:
    """The checksum by which Git knows a file."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
