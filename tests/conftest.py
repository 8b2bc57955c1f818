"""What all tests share: PTB's choice of units, a database in a temporary folder, and the bank loaded once."""

import os
import sys
import threading

os.environ["PTB_TIMEDELTA"] = "true"

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from content.bank import load_bank
from domain.clock import millis
from domain.questions import Question
from storage.database import Database

TZ = ZoneInfo("Asia/Shanghai")
NOW = millis(datetime(2026, 11, 24, 10, 0, tzinfo=TZ))


@pytest.fixture(scope="session")
def shipped_bank() -> tuple[Question, ...]:
    questions, faults = load_bank()
    assert not faults
    return questions


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path)
    yield database
    await database.close()


def pytest_unconfigure(config: pytest.Config) -> None:
    """A database that a failed fixture left open has a thread that would keep the interpreter from ending for ever."""
    left = [one.name for one in threading.enumerate() if one is not threading.main_thread() and not one.daemon]
    if left:
        sys.stderr.write(f"\nthreads left at the end of the tests: {', '.join(left)}\n")
        sys.stderr.flush()
        os._exit(1)
