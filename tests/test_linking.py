"""The table `dated_entities`: all rules of a shard at a time, against one mention and one date at a time."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.linking import link
from regesta.spans import address
from regesta.tables.arrow import table_from_rows

DAYS = {"DATE": (3, 3), "INTERVAL": (0, 400), "TIME": (9, 9), "SET": None, "DURATION": (5, 5)}
# What a sentence is made of: a mention (M; R an instrument), a date of a kind, or words.
PIECES = ("M", "R", *DAYS, ", which", "; and", "(see", "),", ", then the", "of", " - ", "— so", "said", ".")


def tables(papers):
    """Tables of papers given as lists of paragraphs, which are lists of sentences, which are lists of pieces."""
    rows = {name: [] for name in ("documents", "sentences", "dates", "mentions")}
    text = ""
    for paper in papers:
        document, first = f"s@{len(text)}-{len(text) + 1}", len(text)
        for paragraph in paper:
            block = address("s", len(text), len(text) + 1)
            for pieces in paragraph:
                text += " "
                begin, found = len(text), []
                for piece in pieces:
                    text += " " if text[begin:] else ""
                    found.append((piece, len(text)))
                    text += piece
                own = address("s", begin, len(text))
                common = {"sentence_id": own, "document_id": document, "method": "rule"}
                rows["sentences"].append(
                    common | {"block_id": block, "char_start": begin, "char_end": len(text), "text": text[begin:]}
                )
                for piece, at in found:
                    span = {"source_id": "s", "char_start": at, "char_end": at + len(piece)}
                    if piece in "MR":
                        kind = "instrument" if piece == "R" else "organization"
                        row = {"mention_id": address("s", at, at + len(piece)), "entity_id": "e", "type": kind}
                        rows["mentions"].append(common | span | row)
                    elif piece in DAYS:
                        days = [dt.date(1990, 1, 1) + dt.timedelta(n) for n in DAYS[piece] or ()] or [None, None]
                        row = {"date_id": address("s", at, at + len(piece)), "timex_type": piece, "edtf": piece}
                        rows["dates"].append(common | span | row | {"date_start": days[0], "date_end": days[1]})
        rows["documents"].append(
            {"document_id": document, "source_id": "s", "date_edtf": "own", "char_start": first, "char_end": len(text)}
        )
    # The order of rows in a table tells nothing.
    made = {name: table_from_rows(name, some[::-1]) for name, some in rows.items() if name != "documents"}
    return {
        **made,
        "documents": table_from_rows("documents", rows["documents"]),
        "sources": table_from_rows("sources", [{"source_id": "s", "language": "en"}]),
    }


def gap(one, other):
    """Characters between two spans."""
    return max(one["char_start"], other["char_start"]) - min(one["char_end"], other["char_end"])


def clause_of(sentence, place):
    """The clause of a sentence that a place stands in."""
    words = sentence["text"][: place - sentence["char_start"]]
    openers = (";", "(", ")", " - ", " — ", ", which", ", then")
    return sum(words.count(opener) for opener in openers)


def slowly(given_tables):
    """Which date governs each mention that no instrument is near, one at a time."""
    sentences = sorted(given_tables["sentences"].to_pylist(), key=lambda row: row["char_start"])
    dates = sorted(given_tables["dates"].to_pylist(), key=lambda row: row["char_start"])
    dates = [date for date in dates if date["timex_type"] != "DURATION"]
    for mention in sorted(given_tables["mentions"].to_pylist(), key=lambda row: row["char_start"]):
        here = next(row for row in sentences if row["sentence_id"] == mention["sentence_id"])
        mine = [date for date in dates if date["sentence_id"] == here["sentence_id"]]
        clause = clause_of(here, mention["char_start"])
        near = [date for date in mine if clause_of(here, date["char_start"]) == clause]
        relation = "clause"
        if not near:
            near, relation = [date for date in mine if date["date_start"]], "sentence"
        found = min(near, key=lambda date: gap(date, mention)) if near else None
        if not near:
            for sentence in sentences:
                same = sentence["block_id"] == here["block_id"] and sentence["char_start"] < here["char_start"]
                if same and (handed := handed_on(sentence, dates)):
                    found, relation = handed, "paragraph"
        yield mention["mention_id"], found and found["date_id"], relation if found else "document"


def handed_on(sentence, dates):
    """The date of a sentence that holds for the next ones."""
    mine = [date for date in dates if date["sentence_id"] == sentence["sentence_id"] and date["date_start"]]
    plain = []
    for date in mine:
        behind = [sign for sign in sentence["text"][date["char_end"] - sentence["char_start"] :] if sign in "()"]
        plain += [] if behind[:1] == [")"] else [date]
    close = [date for date in plain if (date["date_end"] - date["date_start"]).days <= 366]
    return (close or plain or [None])[-1]


SENTENCE = st.lists(st.sampled_from([piece for piece in PIECES if piece != "R"]), min_size=1, max_size=9)
PAPERS = st.lists(st.lists(st.lists(SENTENCE, min_size=1, max_size=4), min_size=1, max_size=3), max_size=3)


@settings(deadline=None)
@given(PAPERS)
def test_rules_of_a_shard_say_what_they_say_of_one_mention(papers):
    given_tables = tables(papers)
    rows = link(given_tables)["dated_entities"].to_pylist()
    assert [(row["mention_id"], row["date_id"], row["relation"]) for row in rows] == list(slowly(given_tables))
    days = {row["date_id"]: (row["date_start"], row["edtf"]) for row in given_tables["dates"].to_pylist()}
    assert all((row["date_start"], row["edtf"]) == days.get(row["date_id"], (None, "own")) for row in rows)


def governed(*sentences):
    rows = link(tables([[[sentence.split("|") for sentence in sentences]]]))["dated_entities"].to_pylist()
    return [(row["edtf"], row["relation"]) for row in rows]


def test_the_date_of_an_instrument_dates_its_list_and_nothing_else():
    assert governed("R|and|R|of|DATE|said|M", "M") == [("DATE", "clause")] * 2 + [("own", "document")] * 2


def test_a_body_between_instrument_and_date_shares_the_date():
    assert governed("R|of|M|of|DATE|said|M") == [("DATE", "clause")] * 2 + [("own", "document")]


def test_the_nearest_date_behind_counts_as_one_before():
    assert governed("TIME|said|said|M|DATE") == [("DATE", "clause")]
    assert governed("TIME|M|DATE") == [("TIME", "clause")]
