"""Runs the ClickHouse engine of libchdb.so with the arguments of clickhouse-local, until its input closes.

    launch.py LIBRARY [ARGUMENT...]

The function `query_stable_v2` takes the command line of clickhouse-local; the last statement of ours waits for the end
of the input, so the server goes when whoever started it does.
"""

import ctypes
import os
import signal
import sys
import threading
import time


class Result(ctypes.Structure):
    _fields_ = [
        ("buffer", ctypes.c_char_p),
        ("length", ctypes.c_size_t),
        ("vector", ctypes.c_void_p),
        ("elapsed", ctypes.c_double),
        ("rows", ctypes.c_uint64),
        ("bytes", ctypes.c_uint64),
        ("error", ctypes.c_char_p),
    ]


def end_with(parent: int) -> None:
    """An endless query would keep the engine from ending with its input."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    library = ctypes.CDLL(sys.argv[1])
    arguments = [b"clickhouse"] + [argument.encode() for argument in sys.argv[2:]]
    library.query_stable_v2.restype = ctypes.POINTER(Result)
    library.query_stable_v2.argtypes = [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)]
    result = library.query_stable_v2(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments))
    if result and result.contents.error:
        sys.stderr.write(result.contents.error.decode(errors="replace") + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
