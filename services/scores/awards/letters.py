"""What rewards and penalties say first, when it is said; None when by now there is nothing to say."""

from domain.outbox import Item
from domain.people import Person
from domain.scores import awards as rules
from domain.scores.award_shown import Card, News
from domain.scores.awards import AwardStep
from services.scores.awards.common import card_of
from storage.database import Connection, Database
from storage.scores import awards as store


async def ask_letter(db: Database, item: Item, person: Person, now: int) -> Card | None:
    """For ``award_ask``: the office is asked to agree. Moot once somebody did, or when it is not this person's."""

    async def unit(tx: Connection) -> Card | None:
        award = await store.award(tx, item.subject_id)
        if award is None or not rules.may_agree(person, award, now):
            return None
        return await card_of(tx, person, award.id, now)

    return await db.read(unit)


async def due_letter(db: Database, item: Item, person: Person, now: int) -> Card | None:
    """For ``award_due``: the notice period is over. Moot once it is decided or withdrawn."""

    async def unit(tx: Connection) -> Card | None:
        award = await store.award(tx, item.subject_id)
        if award is None or not rules.may_decide(person, award, now):
            return None
        return await card_of(tx, person, award.id, now)

    return await db.read(unit)


async def news_letter(db: Database, item: Item, person: Person, now: int) -> News | None:
    """For ``award_news``: to whom it concerns. That the period has begun is moot once it is over with it."""

    async def unit(tx: Connection) -> News | None:
        award = await store.award(tx, item.subject_id)
        if award is None or not rules.concerned(person, award):
            return None
        step = award.step(AwardStep(str(item.detail["step"])))
        if step is None or (step.kind is AwardStep.AGREED and award.end is not None):
            return None
        return News(await card_of(tx, person, award.id, now), step)

    return await db.read(unit)


async def answer_letter(db: Database, item: Item, person: Person, now: int) -> News | None:
    """For ``award_answer``: to whoever proposed it. Moot when it has gone on since."""

    async def unit(tx: Connection) -> News | None:
        award = await store.award(tx, item.subject_id)
        if award is None or award.steps[-1].kind.value != item.detail["step"]:
            return None
        return News(await card_of(tx, person, award.id, now), award.steps[-1])

    return await db.read(unit)
