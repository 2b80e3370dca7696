"""The comparison of two releases where one is elsewhere, and of texts that were edited anywhere."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import cli
from regesta import corpus, stages
from regesta.errors import RegestaError
from regesta.loading.fetch import brought
from regesta.package import release
from regesta.package.changes import compare
from regesta.package.moves import stretches
from regesta.tables.arrow import schema
from tests.conftest import HARBOUR
from tests.loading.servers import Plain, Ranged, serve
from tests.package.test_release import DAY

lines = st.lists(st.text(alphabet="abcd ", max_size=4), max_size=6).map("\n".join)


def spans_of(text: str) -> list[tuple[int, int]]:
    return [(a, b) for a in range(len(text)) for b in range(a + 1, len(text) + 1)]


def tables(text: str) -> dict[str, pa.Table]:
    """A source, and a block for every span of it."""
    source = dict.fromkeys(schema("sources").names) | {"source_id": "s", "text": text, "sha256": text}
    rows = [
        dict.fromkeys(schema("blocks").names) | {"block_id": f"s@{a}-{b}", "kind": text[a:b]} for a, b in spans_of(text)
    ]
    kinds = {"sources": [source], "blocks": rows}
    return {name: pa.Table.from_pylist(found, loose(name)) for name, found in kinds.items()}


def loose(name: str) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in schema(name)])


@settings(deadline=None, max_examples=30)
@given(lines, lines)
def test_addresses_are_carried_as_the_stretches_say(old: str, new: str) -> None:
    """A row of the old text is the one where both of its ends stand now; no two are the same one."""
    now = {start + n: to + n for start, length, to in stretches(old, new) for n in range(length)}
    moved = {}
    for a, b in spans_of(old):
        if a in now and b - 1 in now and (now[a], now[b - 1] + 1) != (a, b):
            moved[f"s@{a}-{b}"] = f"s@{now[a]}-{now[b - 1] + 1}"
    with compare(tables(old), tables(new)) as found:
        pairs = {row["old_id"]: row["new_id"] for row in found.table("id_map").to_pylist()}
        keys = found.table("changes")["change_id"].to_pylist()
    assert pairs == moved
    assert len(set(pairs.values())) == len(pairs)
    assert len(set(keys)) == len(keys)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases, of which the second lacks a source."""
    folder, out = tmp_path_factory.mktemp("diff") / "harbour", tmp_path_factory.mktemp("out")
    shutil.copytree(HARBOUR, folder)
    for cut in (False, True):
        if cut:
            entries = (folder / "corpus.toml").read_text().split("\n[[source]]")
            (folder / "corpus.toml").write_text("\n[[source]]".join(e for e in entries if 'id = "note"' not in e))
        described = corpus.load(folder)
        read = stages.ingest(folder, described, described.sources)
        segmented = stages.segment(read, described.sources)
        made = stages.merge([read, segmented, stages.extract({**read, **segmented})])
        release.publish(made, described, out, DAY)
    return out


@pytest.mark.parametrize("kind", [Plain, Ranged])
def test_a_release_at_a_web_address(
    out: Path, kind: type[Plain], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command tells the same of a release here and elsewhere; a folder of releases gives the latest."""
    told = []
    with serve(out, kind) as (address, _):
        for old, new in (("1.0.0", "1.0.1"), (f"{address}/1.0.0", "1.0.1"), (f"{address}/1.0.0/", address)):
            monkeypatch.setattr(sys, "argv", ["regesta", "diff", old, new, "--out", str(out)])
            with pytest.raises(SystemExit) as ended:
                cli.main()
            assert ended.value.code == 0
            told.append(capsys.readouterr().out)
    assert "removed" in told[0]
    assert told[1:] == [told[0]] * 2


def test_a_file_that_is_not_the_one_listed_is_refused(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "out")
    damaged = tmp_path / "out" / "1.0.1" / "data" / "dates.parquet"
    damaged.write_bytes((out / "1.0.0" / "data" / "documents.parquet").read_bytes())
    with serve(tmp_path / "out", Plain) as (address, _):
        with pytest.raises(RegestaError, match=r"dates.parquet: not the file that SHA256"), brought(f"{address}/1.0.1"):
            pass
        damaged.unlink()
        with pytest.raises(RegestaError, match=r"data/dates.parquet: not there"), brought(f"{address}/1.0.1"):
            pass
        with brought(f"{address}/1.0.0") as folder:
            assert not (folder / "changes.parquet").exists()
            assert release.tables_of(folder)["documents"].equals(release.tables_of(out / "1.0.0")["documents"])
    assert not folder.exists()


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(path.read_bytes()[:-20]), Path.unlink])
def test_a_damaged_release_is_told(out: Path, tmp_path: Path, spoil) -> None:
    shutil.copytree(out, tmp_path / "out")
    spoil(tmp_path / "out" / "1.0.1" / "data" / "dates.parquet")
    with (
        pytest.raises(RegestaError, match=r"cannot be compared .*dates.parquet.*regesta verify"),
        release.diff(tmp_path / "out" / "1.0.0", tmp_path / "out" / "1.0.1"),
    ):
        pass
