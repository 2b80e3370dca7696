"""Catalogues, and folders without one. What is wrong in a catalogue is tested in tests/flows/test_bad_input.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.catalogue import first_catalogue
from regesta.corpus import assume, load, slug
from regesta.errors import RegestaError
from regesta.shards import fingerprint, plan
from tests.conftest import HARBOUR, RAW


def test_the_first_corpus_is_described() -> None:
    corpus = load(RAW)
    assert len(corpus.sources) == 5
    assert corpus.voice and corpus.limits and corpus.licenses and corpus.content_notice
    assert all(source.sha256 and source.original_name for source in corpus.sources)
    assert corpus.assumptions == ()


def test_sources_come_in_the_order_of_their_ids() -> None:
    ids = [source.id for source in load(HARBOUR).sources]
    assert ids == sorted(ids)


def test_a_folder_without_a_catalogue_is_a_corpus(tmp_path: Path) -> None:
    for name in ("b.txt", "Á.txt", "sub/b.md", "sub/.hidden.txt", ".git/c.txt", "d.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    corpus = load(tmp_path)
    assert [(source.id, source.path) for source in corpus.sources] == [
        ("a", "Á.txt"),
        ("b", "b.txt"),
        ("sub-b", "sub/b.md"),
    ]
    assert len(corpus.assumptions) == 3


def test_names_that_fall_together_are_numbered(tmp_path: Path) -> None:
    for name in ("a b.txt", "a-b.txt", "a_b.txt", "!.txt"):
        (tmp_path / name).write_text("x")
    assert sorted(source.id for source in assume(tmp_path).sources) == ["a-b", "a-b-2", "a-b-3", "source"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RegestaError, match="no such folder"):
        load(tmp_path / "gone")


@given(st.text(max_size=60))
def test_slugs_are_ids(text: str) -> None:
    made = slug(text)
    assert made == slug(made)
    assert not made or all(c.isascii() and (c.isalnum() or c == "-") for c in made)


def test_a_first_catalogue_can_be_read_back(harbour: Path) -> None:
    (harbour / "corpus.toml").unlink()
    (harbour / "corpus.toml").write_text(first_catalogue(assume(harbour), harbour))
    corpus = load(harbour)
    assert len(corpus.sources) == 11
    assert all(source.sha256 for source in corpus.sources)


def test_shards_hold_each_source_once_whatever_their_size() -> None:
    corpus = load(HARBOUR)
    for size in (1, 300, 10**9):
        shards = plan(corpus, HARBOUR, size)
        assert [source for shard in shards for source in shard.sources] == list(corpus.sources)
    assert len(plan(corpus, HARBOUR, 1)) == 11
    assert len(plan(corpus, HARBOUR, 10**9)) == 1


def test_a_fingerprint_tells_a_changed_file_and_a_changed_entry(harbour: Path) -> None:
    def prints() -> list[tuple[str, str]]:
        corpus = load(harbour)
        return fingerprint(harbour, plan(corpus, harbour, 10**9)[0])

    before = prints()
    note = harbour / "untitled-note.txt"
    note.write_text(note.read_text() + "More.\n")
    catalogue = harbour / "corpus.toml"
    catalogue.write_text(catalogue.read_text().replace('language = "fr"', 'language = "it"'))
    assert sum(a != b for a, b in zip(before, prints(), strict=True)) == 2
