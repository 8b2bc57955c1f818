"""A database with the sample office."""

from collections.abc import AsyncIterator

import pytest_asyncio

from services import sample
from storage.database import Database
from tests.conftest import NOW, TZ


@pytest_asyncio.fixture
async def loaded(db: Database) -> AsyncIterator[Database]:
    assert not await sample.load(db, NOW, TZ)
    yield db
