"""The command `regesta`."""

from __future__ import annotations

import importlib
import sys
import traceback

import typer

from regesta.errors import RegestaError, UnexpectedError, kept_account, plain, told

COMMANDS = {
    "build": "flows.runs:build",
    "fetch": "flows.runs:fetch",
    "verify": "flows.releases:verify",
    "new": "flows.releases:new",
    "info": "flows.releases:info",
    "diff": "flows.releases:diff",
    "evaluate": "flows.releases:evaluate",
    "publish": "flows.runs:publish",
    "retract": "flows.releases:retract",
    "dates": "regesta.temporal.cli:dates",
    "figures": "regesta.figures.cli:figures",
    "candidates": "flows.names:candidates",
    "adopt": "flows.names:adopt",
    "timeline": "flows.names:timeline",
    "schedule": "flows.schedule:schedule",
    "export": "regesta.export.command:export_command",
    "site": "regesta.site.cli:site",
    "serve": "regesta.site.cli:serve",
    "cite": "regesta.site.cli:cite",
}
"""Where each command lives: with what it is about. A module is read only if its command is asked for."""


def command_line(wanted: str | None = None) -> typer.Typer:
    """The command line, with the command that is wanted; with all, if that is none of them (`--help`)."""
    app = typer.Typer(
        name="regesta",
        help="Turn a folder of official papers into a versioned, citable, verifiable data package.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    # Without it Typer takes a lone command for the whole command line.
    app.callback()(lambda: None)
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        module, _, function = COMMANDS[name].partition(":")
        app.command(name)(getattr(importlib.import_module(module), function))
    return app


def main() -> None:
    """Run the command line; what goes wrong is one message and exit status 1, without a traceback."""
    try:
        command_line(next(iter(sys.argv[1:2]), None))()
    except KeyboardInterrupt:
        typer.echo("regesta: interrupted; the releases are as they were", err=True)
        sys.exit(130)
    except Exception as error:
        sys.exit(_last_words(told(error, f"regesta {' '.join(sys.argv[1:2])}".strip()), error))


def _last_words(failure: RegestaError, error: Exception) -> str:
    """The message; the whole account of what nobody foresaw is kept in a file."""
    if isinstance(failure, UnexpectedError):
        try:
            return plain(f"regesta: {failure}\nthe whole account is in {kept_account(error)}")
        except OSError:  # No room for it: then here.
            traceback.print_exception(error)
    return plain(f"regesta: {failure}")


if __name__ == "__main__":
    main()
