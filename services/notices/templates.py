"""Texts that a writer may use again."""

from domain import notices as rules
from domain.errors import NotFound
from domain.notices import Choosing, Content, Preview, Template
from domain.people import Person
from services.notices.common import KIND, fresh, managed, the_notice
from services.notices.writing import Form, Step, begin, shown
from services.timing import Timing
from storage import audit, drafts
from storage import notices as store
from storage.database import Connection, Database


async def save_template(db: Database, caller: Person, notice_id: int, now: int) -> Template:
    """[存为模板]: under the words with which it begins; the same words replace it. Raises NoText, NotYours, …"""

    async def unit(tx: Connection) -> Template:
        writer, notice = await managed(tx, caller, notice_id)
        name = rules.title(notice.text)
        same = [one for one in await store.templates(tx, writer.id) if (one.title, one.text) == (name, notice.text)]
        if same:
            return same[0]
        await store.add_template(tx, writer.id, name, notice.text, now)
        await audit.append(tx, writer.id, "notice.template", f"notice:{notice.id}", now)
        return next(one for one in await store.templates(tx, writer.id) if one.title == name)

    return await db.write(unit)


async def templates(db: Database, caller: Person) -> tuple[Template, ...]:
    """The caller's own. Raises NotForRole."""
    rules.require_writer(caller)
    return await db.read(lambda tx: store.templates(tx, caller.id))


async def template(db: Database, caller: Person, template_id: int) -> Template:
    """One of the caller's own. Raises NotForRole, NotFound."""
    rules.require_writer(caller)
    found = await db.read(lambda tx: store.template(tx, template_id, caller.id))
    if found is None:
        raise NotFound
    return found


async def use_template(
    db: Database, caller: Person, template_id: int, origin: str, now: int, timing: Timing
) -> Choosing | Preview:
    """A new draft with this text. ``origin`` names the press. Raises NotForRole, NotFound."""

    async def unit(tx: Connection) -> Choosing | Preview:
        writer = await fresh(tx, caller)
        rules.require_writer(writer)
        found = await store.template(tx, template_id, writer.id)
        if found is None:
            raise NotFound
        notice_id = await store.of_origin(tx, origin)
        if notice_id is None:
            notice_id = await begin(tx, writer, Content(found.text), None, origin, now)
        await drafts.begin(tx, writer.id, KIND, Step.PREVIEW, Form(notice_id).dumped(), origin, now)
        return await shown(tx, await the_notice(tx, notice_id), now, timing)

    return await db.write(unit)


async def drop_template(db: Database, caller: Person, template_id: int) -> tuple[Template, ...]:
    """[删除模板]. Returns those that are left."""

    async def unit(tx: Connection) -> tuple[Template, ...]:
        await store.drop_template(tx, template_id, caller.id)
        return await store.templates(tx, caller.id)

    return await db.write(unit)
