"""The bank's files become the stored bank. A faulty file changes nothing: the bank that was stored stays in use."""

from collections.abc import Sequence
from pathlib import Path

from content.bank import BANK, digest, load_bank
from content.yaml_files import Fault
from services import practice
from storage.database import Database


async def refresh(db: Database, folder: Path = BANK, now: int = 0) -> Sequence[Fault]:
    """Take in the bank's files if they changed since last time. Returns every fault; with any, nothing is stored.

    ``now`` (ms UTC): from when on people are told of changed answers; of an empty data directory nobody is.
    """
    current = digest(folder)
    if current == await practice.bank_digest(db):
        return ()
    questions, faults = load_bank(folder)
    if not faults:
        await practice.replace_bank(db, questions, current, now)
    return faults
