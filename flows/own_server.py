"""The server that Prefect starts for a command when none is named: it ends with the command, even a killed one."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys


def end_with_us() -> None:
    """See to it that the server which was started for this process does not outlive it.

    Prefect stops it at an orderly end only. A shell waits for the end of a pipe that falls with this process, however
    it ends, and stops the server then.
    """
    shell = shutil.which("sh")
    module = sys.modules.get("prefect.server.api.server")
    if module is None or shell is None or os.name != "posix":
        return
    for server in module.SubprocessASGIServer._instances.values():
        if server.server_process is None or hasattr(server, "ended_by"):
            continue
        command = [shell, "-c", f"read _; kill {server.server_process.pid}"]
        nothing = subprocess.DEVNULL
        server.ended_by = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=nothing, stderr=nothing)  # noqa: S603
        atexit.register(server.ended_by.kill)
