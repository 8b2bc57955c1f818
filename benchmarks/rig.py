"""What every benchmark needs: processes on a core of their own, and the stub's control path."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def process(core: int, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of ours on one core, ended at the end of the block."""
    started = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(started.pid, {cores[core % len(cores)]})
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def call(url: str, body: object = None) -> object:
    """One request to the stub's control path."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.loads(answer.read())["result"]


def until_up(api: str) -> None:
    """Wait until the stub answers. Raises RuntimeError."""
    for _ in range(200):
        try:
            call(f"{api}/control/report")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the stub did not start")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
