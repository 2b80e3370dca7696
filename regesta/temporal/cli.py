"""The command line of this room: ``regesta dates``, or ``python -m regesta.temporal``."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from regesta.temporal import command
from regesta.temporal.grammar import GrammarError


class ModeOption(StrEnum):
    """How expressions lean."""

    auto = "auto"
    news = "news"
    narrative = "narrative"


class ViewOption(StrEnum):
    """Which convention the output follows."""

    timex3 = "timex3"
    edtf = "edtf"


class InputOption(StrEnum):
    """What comes in."""

    auto = "auto"
    text = "text"
    jsonl = "jsonl"


class OutputOption(StrEnum):
    """What goes out."""

    jsonl = "jsonl"
    timeml = "timeml"


def dates(
    file: Annotated[
        Path | None,
        typer.Argument(help="Plain text or JSON lines {id, text, dct}; standard input if left out or '-'."),
    ] = None,
    mode: Annotated[
        ModeOption,
        typer.Option(help="Lean on the document's date (news) or on the last date told (narrative)."),
    ] = ModeOption.auto,
    view: Annotated[
        ViewOption, typer.Option(help="timex3: the TIMEX3 guidelines; edtf: our own layer.")
    ] = ViewOption.timex3,
    language: Annotated[str, typer.Option(help="Language of the text: en, az, ru, tr, fr, de, es.")] = "en",
    dct: Annotated[
        str | None, typer.Option(help="Date of the document, for papers that bring none (YYYY-MM-DD).")
    ] = None,
    input_format: Annotated[InputOption, typer.Option("--input", help="What the input is.")] = InputOption.auto,
    output_format: Annotated[OutputOption, typer.Option("--format", help="What to write.")] = OutputOption.jsonl,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say in words why each expression means what it means.")
    ] = False,
) -> None:
    """Find and resolve the temporal expressions of a text."""
    name = file.stem if file and str(file) != "-" else "input"
    try:
        papers = command.read_papers(_lines(file), input_format.value, name=name, dct=dct)
        if explain:
            for paper in papers:
                _write(command.explain(paper, mode=mode.value, language=language, view=view.value))
            return
        for paper, timexes in command.annotate(papers, mode=mode.value, language=language, view=view.value):
            if output_format is OutputOption.timeml:
                _write(command.to_timeml(paper, timexes))
            else:
                _write(command.to_json(paper, timexes) + "\n")
    except (command.InputError, GrammarError, OSError, UnicodeDecodeError) as error:
        typer.echo(f"regesta dates: {error}", err=True)
        raise typer.Exit(2) from None


def _lines(file: Path | None) -> Iterator[str]:
    """The lines of the input as UTF-8, with their ends untouched, so that offsets stay true."""
    if file is None or str(file) == "-":
        yield from io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
        return
    with file.open(encoding="utf-8", newline="") as handle:
        yield from handle


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


app = typer.Typer(add_completion=False, help="Temporal expressions: find, read, resolve.")
app.command("dates")(dates)
