"""Two passes over the shards of a corpus make the tables that one pass over all of it makes."""

import pyarrow as pa
import pytest

from regesta import corpus, stages
from regesta.entities.authority import load
from regesta.package.write import in_order
from regesta.survey import READS, concluded, settled, survey
from tests.conftest import RAW


@pytest.fixture(scope="module")
def authority():
    return load(RAW / "authority")


@pytest.fixture(scope="module")
def shards(authority):
    described = corpus.load(RAW)
    made = []
    for source in described.sources:
        read = stages.ingest(RAW, described, [source])
        cut = stages.segment(read, [source])
        made.append({**read, **cut, **stages.extract({**read, **cut}, authority)})
    return made


@pytest.mark.parametrize("step", [1, -1])
def test_shard_by_shard_comes_out_what_comes_out_at_once(shards, authority, tmp_path, step):
    asked = ({name: table.select(READS[name]) for name, table in s.items() if name in READS} for s in shards[::step])
    found = survey(asked, authority, tmp_path)
    parts = [settled(shard, found) for shard in shards]
    whole = stages.merge(shards, authority)
    made = {name: pa.concat_tables([part.tables[name] for part in parts]) for name in parts[0].tables}
    made |= concluded(found, [part.counts for part in parts])
    assert {name: in_order(name, table) for name, table in made.items()} == {name: whole[name] for name in made}
    assert len(made["reuse"]) > 0
