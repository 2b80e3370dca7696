"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CorpusOption = Annotated[Path, typer.Option("--corpus", help="The folder with the texts and their corpus.toml.")]
OutOption = Annotated[Path, typer.Option("--out", help="The folder that holds the releases.")]
ReleaseOption = Annotated[Path, typer.Option("--release", help="A release, or a folder of releases: then the latest.")]
