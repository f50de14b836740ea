"""One process: how long it takes, how much of the processor and of memory."""

import os
import pathlib
import subprocess
import sys
import time


def measured(command: list[str], folder: pathlib.Path, environment: dict[str, str] | None = None) -> tuple[float, float, int, bytes]:
    """Wall seconds, processor seconds, the peak of memory in bytes and the output of one process, which must not fail."""
    # Reading `getrusage` of all children would give the largest of all, so each is waited for by itself.
    start = time.perf_counter()
    child = subprocess.Popen(
        command,
        cwd=folder,
        env=None if environment is None else os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    # What is said is short: neither pipe fills while the other is read.
    out, words = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {child.returncode}:\n{words.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), out
