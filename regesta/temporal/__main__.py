"""``python -m regesta.temporal``: the command ``regesta dates`` by itself."""

import typer

from regesta.temporal.cli import dates

if __name__ == "__main__":
    typer.run(dates)
