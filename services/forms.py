"""Forms in progress: to whom belongs what a person types."""

from domain.people import Person
from storage import drafts
from storage.database import Database
from storage.drafts import Draft


async def awaiting(db: Database, person: Person) -> Draft | None:
    """The person's newest open form, or None."""
    return await db.read(lambda tx: drafts.awaiting(tx, person.id))
