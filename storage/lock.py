"""One process per data directory: an advisory lock that the kernel drops when its holder dies, however it dies.

SQLite's own locks cannot say this: they let two writers take turns, and the caches and lanes above would each believe
that they are alone. Must not know what is in the directory.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from storage.errors import DataDirBusy

LOCK_FILE = "tollmate.lock"


@contextlib.contextmanager
def data_dir_lock(data_dir: Path) -> Iterator[None]:
    """Hold the data directory, which is made if need be. The file tells the holder's process id; it is never deleted,
    because a lock on a deleted file would stop nobody.

    Raises:
        DataDirBusy: another process (or another opener in this one) holds it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            raise DataDirBusy(f"{data_dir}, process {holder or 'unknown'}") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(handle)
