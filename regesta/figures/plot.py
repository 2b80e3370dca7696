"""A series drawn: value by date of paper, one mark a paper. Legible in grey, and to those who see colours differently:
shape and fill tell the marks apart, never colour alone."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from regesta.errors import RegestaError, reason

SUFFIXES = (".svg", ".png")
# Okabe and Ito's colours for all kinds of colour vision; they differ in lightness, so that grey keeps them apart.
_QUALIFIERS = {
    "exact": ("#0072B2", "circle", "as a plain number"),
    "about": ("#E69F00", "diamond", "“about”"),
    "min": ("#009E73", "triangle-up", "“more than”"),
    "max": ("#D55E00", "triangle-down", "“up to”"),
}
_WIDTH, _HEIGHT, _SCALE, _MARK, _STEP = 720, 380, 2, 9, 5


def plot(rows: pa.Table, path: Path) -> None:
    """Draw a series to a file.

    Args:
        rows: what `regesta.figures.series` gives, of one measure.
        path: the file; its ending tells the format, .svg or .png.

    Raises:
        RegestaError: the ending is neither, no paper has a date, the file cannot be written, or Altair is missing.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise RegestaError(f"{path}: cannot draw a {path.suffix or 'file without an ending'}; name it .svg or .png")
    chart = _chart(_records(rows))
    try:
        chart.save(str(path), scale_factor=_SCALE if path.suffix.lower() == ".png" else 1)
    except OSError as error:
        raise RegestaError(f"{path}: cannot be written ({reason(error)})") from None


def _records(rows: pa.Table) -> list[dict[str, Any]]:
    records = []
    for row in rows.to_pylist():
        if row["date_start"] is None:
            continue
        value = row["value_high"] if row["value_high"] is not None else row["value_low"]
        records.append(
            {
                "date": row["date_start"].isoformat(),
                "value": value,
                "label": f"{value:,.0f}" if value == int(value) else f"{value:,.1f}",
                "said": _QUALIFIERS[row["qualifier"]][2],
                "role": "largest in its paper" if row["rank_in_paper"] == 1 else "smaller, in the same paper",
                "copied": row["earlier_papers"] > 0,
            }
        )
    if not records:
        raise RegestaError("no paper in this series has a date, so there is nothing to draw; print it without --plot")
    titled = rows.slice(0, 1).to_pylist()[0]
    place = f", {titled['place']}" if len(set(rows["place"].to_pylist())) == 1 and titled["place"] else ""
    who = "" if titled["group"] == "all" else f" ({titled['group']})"
    undated = len({r["document_id"] for r in rows.to_pylist() if r["date_start"] is None})
    records[0]["title"] = f"{titled['measure'].replace('_', ' ').capitalize()}{who}{place}: as reported, paper by paper"
    records[0]["subtitle"] = _subtitle(rows, undated)
    return records


def _subtitle(rows: pa.Table, undated: int) -> list[str]:
    papers = len(set(rows["document_id"].to_pylist()))
    largest = {
        r["value_high"] if r["value_high"] is not None else r["value_low"]
        for r in rows.to_pylist()
        if r["rank_in_paper"] == 1
    }
    copied = len({r["document_id"] for r in rows.to_pylist() if r["rank_in_paper"] == 1 and r["earlier_papers"]})
    lines = [
        f"{papers} papers, {len(largest)} different largest values; marks that would hide others stand side by side",
        f"no outline: {copied} papers that repeat an earlier one's sentence; hollow: a smaller value in the same paper",
    ]
    return [*lines, f"{undated} papers without a date are not drawn"] if undated else lines


def _spread(records: list[dict[str, Any]]) -> None:
    """Part marks that would hide one another, and name each value once, beside its first mark.

    They part along the axis of time, by less than their width: the height of a mark is its value and stays exact.
    """
    records.sort(key=lambda record: (record["date"], record["value"]))
    days = [dt.date.fromisoformat(record["date"]).toordinal() for record in records]
    apart = max(1.0, (max(days) - min(days)) * (_MARK + 1) / _WIDTH)
    last: dict[tuple[str, int], float] = {}
    for day, record in zip(days, records, strict=True):
        record["first"] = (record["label"], 0) not in last
        level = 0
        while day - last.get((record["label"], level), -1e9) < apart:
            level += 1
        last[record["label"], level] = day
        record["level"] = level


def _chart(records: list[dict[str, Any]]) -> Any:
    try:
        # An extra that only this function needs.
        alt: Any = import_module("altair")
        import_module("vl_convert")
    except ImportError:
        raise RegestaError(
            "drawing needs Altair and vl-convert; install them with: pip install 'regesta[plot]'"
        ) from None
    heading = alt.Title(records[0]["title"], subtitle=records[0]["subtitle"], anchor="start", fontSize=15)
    _spread(records)
    base = alt.Chart(alt.Data(values=records)).encode(
        x=alt.X(
            "date:T", title="date of the paper", axis=alt.Axis(format="%Y", grid=False), scale=alt.Scale(padding=14)
        ),
        y=alt.Y("value:Q", title="value as reported", scale=alt.Scale(zero=True), axis=alt.Axis(gridColor="#e6e6e6")),
    )
    colours, shapes, names = zip(*_QUALIFIERS.values(), strict=True)
    looks = {
        "shape": alt.Shape("said:N", title="said", scale=alt.Scale(domain=names, range=shapes)),
        "color": alt.Color("said:N", title="said", scale=alt.Scale(domain=names, range=colours)),
        "fillOpacity": alt.condition("datum.role == 'largest in its paper'", alt.value(0.9), alt.value(0.0)),
        "strokeWidth": alt.condition("datum.copied", alt.value(0), alt.value(1.6)),
    }
    layers = [
        base.transform_filter(f"datum.level == {level}")
        .mark_point(size=_MARK**2, filled=True, stroke="#222222", xOffset=level * _STEP)
        .encode(**looks)
        for level in sorted({record["level"] for record in records})
    ]
    labels = base.transform_filter("datum.first").mark_text(align="left", dx=7, dy=14, fontSize=11, color="#222222")
    chart = alt.layer(*layers, labels.encode(text="label:N")).properties(width=_WIDTH, height=_HEIGHT, title=heading)
    return chart.configure(background="white", font="DejaVu Sans, Arial, sans-serif").configure_view(stroke=None)
