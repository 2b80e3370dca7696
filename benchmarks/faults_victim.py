"""The command `regesta` with a fault inside, at the first call of the n-th of its functions that are called.

    python -m benchmarks.faults_victim ACT NUMBER build --corpus …

ACT is `raise:KeyError`, `kill:PID`, `term:PID` (PID 0: this process) or `touch:FILE`; NUMBER 0 never acts and prints at
the end how many functions were called; -1 only runs the command. `benchmarks.faults_flow` calls it.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType

_ROOT = Path(__file__).parents[1]
_OURS = (f"{_ROOT / 'regesta'}{os.sep}", f"{_ROOT / 'flows'}{os.sep}")
ERRORS = {
    "ValueError": ValueError("injected"),
    "OSError": OSError(errno.EIO, "injected"),
    "MemoryError": MemoryError("injected"),
    "KeyError": KeyError("injected"),
}


def _act(act: str) -> None:
    what, _, on = act.partition(":")
    if what == "raise":
        raise ERRORS[on]
    if what == "touch":
        Path(on).touch()
    else:
        os.kill(int(on) or os.getpid(), {"kill": signal.SIGKILL, "term": signal.SIGTERM}[what])


def watch(act: str, number: int) -> set[CodeType]:
    """Act once the n-th function of ours is called, in whichever thread; gives the functions, as they are called."""
    seen: set[CodeType] = set()

    def look(frame: FrameType, event: str, _arg: object) -> None:
        code = frame.f_code
        if event == "call" and code not in seen and code.co_filename.startswith(_OURS) and code.co_name[0] != "<":
            seen.add(code)
            if len(seen) == number:
                _act(act)

    threading.setprofile(look)
    sys.setprofile(look)
    return seen


def main() -> None:
    """Run the command with the fault."""
    act, number, *arguments = sys.argv[1:]
    sys.argv = ["regesta", *arguments]
    from flows import cli  # noqa: PLC0415 (what is called while modules are read is no part of a run)

    seen = watch(act, int(number)) if int(number) >= 0 else set()
    try:
        cli.main()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
        if number == "0":
            print(f"functions: {len(seen)}")


if __name__ == "__main__":
    main()
