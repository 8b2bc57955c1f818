"""The key that seals the audit trail: a file beside the database, made once, readable by its owner alone.

It is not in the database, so that whoever can edit rows cannot also seal them.
"""

import os
import secrets
from pathlib import Path

KEY_FILE = "audit.key"


def audit_key(data_dir: Path) -> bytes:
    """The key of a data directory; made at the first call. 32 random bytes."""
    file = data_dir / KEY_FILE
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(32))
            out.flush()
            os.fsync(out.fileno())
    return file.read_bytes()
