"""Authority files: what is read, and what is refused with file, line and cure."""

import pytest

from regesta.entities.authority import load
from regesta.errors import RegestaError

HEAD = "id,label,variants,country,latitude,longitude,wikidata,rules\n"


@pytest.fixture
def folder(tmp_path):
    def write(name="persons.csv", body="", head=HEAD, data=None):
        path = tmp_path / "authority" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data if data is not None else (head + body).encode())
        return path.parent

    return write


def test_entries_and_states_are_read(folder):
    authority = load(folder(body="ada,Ada Lovelace,A. Lovelace | Countess of Lovelace,GB,,,,\n"))
    assert authority.entities["ada"].type == "person"
    assert {name.text for name in authority.names if name.entity_id == "ada"} == {
        "Ada Lovelace",
        "A. Lovelace",
        "Countess of Lovelace",
    }
    assert authority.entities["france"].country == "FR"


def test_an_entry_adds_names_to_a_state(folder):
    authority = load(folder("places.csv", "france,France,Gallia,,,,,\n"))
    assert authority.entities["france"].country == "FR"
    assert {"France", "Gallia", "French Republic"} <= {n.text for n in authority.names if n.entity_id == "france"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("a,Ada,,,,,,\na,Bob,,,,,,\n", r"persons\.csv:3: id 'a' stands already in .*persons\.csv:2"),
        ("a,Ada,Al,,,,,\nb,Bob,Al,,,,,\n", r"persons\.csv:3: 'Al' names b and also a .*rule"),
        ("a,Ada,Al | | Ali,,,,,\n", r"persons\.csv:2: a has an empty variant"),
        ("a,Ada,X,,,,,\n", r"persons\.csv:2: variant 'X' of a is a single letter"),
        ("a,Ada,,,91,0,,\n", r"persons\.csv:2: latitude 91 is out of range"),
        ("a,Ada,,,0,-181,,\n", r"persons\.csv:2: longitude -181 is out of range"),
        ("a,Ada,,,north,0,,\n", r"persons\.csv:2: latitude 'north' is no number"),
        ("a,Ada,,,1,,,\n", r"persons\.csv:2: a has only one coordinate"),
        ("a,Ada,,XX,,,,\n", r"persons\.csv:2: country 'XX' is no code"),
        ("a,Ada,,,,,12,\n", r"persons\.csv:2: wikidata '12'"),
        ("A B,Ada,,,,,,\n", r"persons\.csv:2: id 'A B'"),
        ("a,,,,,,,\n", r"persons\.csv:2: a has no label"),
        ("a,Ada,,,,,,Bob: near x\n", r"persons\.csv:2: rule 'Bob: near x' is about 'Bob'"),
        ("a,Ada,,,,,,Ada: beside x\n", r"persons\.csv:2: rule .*unknown clause 'beside x'"),
        ("a,Ada,,,,,,,\n", r"persons\.csv:2: 9 cells but 8 columns"),
        ('a,"Ada\nLovelace",,,,,,\na,Bob,,,,,,\n', r"persons\.csv:4: id 'a'"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_file_line_and_cure(folder, body, message):
    with pytest.raises(RegestaError, match=message):
        load(folder(body=body))


def test_an_unknown_column_is_told(folder):
    with pytest.raises(RegestaError, match=r"persons\.csv:1: unknown column 'nick'; known: id, label"):
        load(folder(head="id,label,nick\n", body="a,Ada,x\n"))


def test_missing_columns_are_told(folder):
    with pytest.raises(RegestaError, match=r"persons\.csv:1: the first line must name the columns"):
        load(folder(head="", body=""))


def test_a_file_that_is_not_utf8_is_told_with_its_line(folder):
    with pytest.raises(RegestaError, match=r"persons\.csv:2: not UTF-8"):
        load(folder(data=HEAD.encode() + b"a,\xc4da,,,,,,\n"))


def test_an_unknown_file_is_told(folder):
    with pytest.raises(RegestaError, match=r"people\.csv: no such authority file"):
        load(folder("people.csv", "a,Ada,,,,,,\n"))


def test_two_bearers_are_allowed_where_a_rule_tells_them_apart(folder):
    authority = load(folder(body="a,Ada,Al,,,,,Al: near sea\nb,Bob,Al,,,,,Al: else\n"))
    assert sum(name.text == "Al" for name in authority.names) == 2


def test_the_order_of_rows_and_files_does_not_matter(folder):
    one = load(folder(body="a,Ada,,,,,,\nb,Bob,,,,,,\n"))
    two = load(folder(body="b,Bob,,,,,,\na,Ada,,,,,,\n"))
    assert one.sha256 == two.sha256
    assert one.names == two.names


def test_without_files_the_states_are_there(tmp_path):
    assert "france" in load(tmp_path / "authority").entities
