"""What scores say first, when it is said; None when by now there is nothing to say."""

from domain import scores as rules
from domain.outbox import Item
from domain.people import Person
from domain.scores import StepKind
from domain.scores.shown import Card, News
from services.scores.common import card_of
from storage import scores as store
from storage.database import Connection, Database


async def ask_letter(db: Database, item: Item, person: Person, now: int) -> Card | None:
    """For ``score_ask``: a signature is asked for. Moot once it is given, or not this person's to give."""

    async def unit(tx: Connection) -> Card | None:
        entry = await store.entry(tx, item.subject_id)
        if entry is None or not rules.may_confirm(person, entry, now):
            return None
        return await card_of(tx, person, entry.id, now)

    return await db.read(unit)


async def appeal_letter(db: Database, item: Item, person: Person, now: int) -> Card | None:
    """For ``score_appeal``: a reply is asked for. Moot once it is given, or not this person's to give."""

    async def unit(tx: Connection) -> Card | None:
        entry = await store.entry(tx, item.subject_id)
        if entry is None or not rules.may_decide(person, entry, now):
            return None
        return await card_of(tx, person, entry.id, now)

    return await db.read(unit)


async def news_letter(db: Database, item: Item, person: Person, now: int) -> News | None:
    """For ``score_news``: to whom it concerns. Moot for a confirmation against which there is an appeal already."""

    async def unit(tx: Connection) -> News | None:
        entry = await store.entry(tx, item.subject_id)
        if entry is None or not rules.concerned(entry, (person,)):
            return None
        step = entry.step(StepKind(str(item.detail["step"])))
        if step is None or (step.kind is StepKind.CONFIRMED and entry.appeal is not None):
            return None
        return News(await card_of(tx, person, entry.id, now), step)

    return await db.read(unit)


async def answer_letter(db: Database, item: Item, person: Person, now: int) -> News | None:
    """For ``score_answer``: to whoever proposed it, who waits for it. Moot when it has gone on since."""

    async def unit(tx: Connection) -> News | None:
        entry = await store.entry(tx, item.subject_id)
        if entry is None or entry.steps[-1].kind.value != item.detail["step"]:
            return None
        return News(await card_of(tx, person, entry.id, now), entry.steps[-1])

    return await db.read(unit)
