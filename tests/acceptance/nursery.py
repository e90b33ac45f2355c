"""A process that has the application loaded and, for each line it reads, bears a web server: most of a start is loading.

    python -m tests.acceptance.nursery WSGI PORT WORKERS

Each line asks for one server. It is born in a process group of its own, whose id is the answer; a second answer tells
that the whole server is gone. The nursery ends when nobody can ask it any more.
"""

from __future__ import annotations

import os
import sys


def main(wsgi: str, port: int, workers: int) -> None:
    module, _, name = wsgi.partition(":")
    __import__(module)
    getattr(sys.modules[module], name)
    from django.db import connections
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    connections.close_all()
    for _asked in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.close(0)
            os.dup2(2, 1)
            MPServer(
                wsgi, address="127.0.0.1", port=port, interface=Interfaces.WSGI, workers=workers,
                blocking_threads=64, backlog=1024, websockets=False, log_level=LogLevels.error,
            ).serve()  # fmt: skip
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
