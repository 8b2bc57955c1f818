"""Joining, scope and leaving on a real database: an invitation works once, and nobody sees beyond their own part."""

import asyncio
import json

import pytest
import pytest_asyncio

from domain.clock import DAY, HOUR
from domain.errors import DomainError, MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Outcome, Post, State, settle
from domain.people import AccountTaken, InvitationRefused, Locale, Person, TooManyTries
from services import audit, people, sample
from services.people import Directory
from storage import outbox
from storage import people as store
from storage.database import Connection, Database
from tests.conftest import NOW, TZ


@pytest_asyncio.fixture
async def office(db: Database) -> Database:
    assert not await sample.load(db, NOW, TZ)
    return db


async def by_role(db: Database, role: str, n: int = 0) -> Person:
    return [person for person in await sample.everyone(db) if person.role == role][n]


async def join(db: Database, person: Person, account: int, now: int = NOW) -> people.Joined:
    issued = await people.invite(db, None, person.id, now, 72)
    opened = await people.open_link(db, account, issued.token, now)
    return await people.join(db, account, account, opened.invitation_id, now)


async def test_a_link_leads_to_its_person_and_binds_the_account(office: Database) -> None:
    person = await by_role(office, "collector")
    joined = await join(office, person, 900)
    assert joined.person.id == person.id
    assert (await Directory(office).person(900)) == await office.read(lambda tx: store.person(tx, person.id))


async def test_an_invitation_works_once(office: Database) -> None:
    person = await by_role(office, "collector")
    issued = await people.invite(office, None, person.id, NOW, 72)
    opened = await people.open_link(office, 900, issued.token, NOW)
    await people.join(office, 900, 900, opened.invitation_id, NOW)
    with pytest.raises(InvitationRefused):
        await people.open_link(office, 901, issued.token, NOW)


async def test_pressing_yes_twice_joins_once(office: Database) -> None:
    person = await by_role(office, "collector")
    issued = await people.invite(office, None, person.id, NOW, 72)
    opened = await people.open_link(office, 900, issued.token, NOW)
    results = await asyncio.gather(*(people.join(office, 900, 900, opened.invitation_id, NOW) for _ in range(3)))
    assert {result.person.id for result in results} == {person.id}
    rows = await office.read(lambda tx: tx.all("SELECT * FROM bindings"))
    assert len(rows) == 1


@pytest.mark.parametrize("later", [72 * HOUR, 100 * HOUR])
async def test_an_expired_invitation_is_refused(office: Database, later: int) -> None:
    issued = await people.invite(office, None, (await by_role(office, "collector")).id, NOW, 72)
    with pytest.raises(InvitationRefused):
        await people.open_link(office, 900, issued.token, NOW + later)


async def test_a_new_invitation_ends_the_older_one(office: Database) -> None:
    person = await by_role(office, "collector")
    older = await people.invite(office, None, person.id, NOW, 72)
    await people.invite(office, None, person.id, NOW, 72)
    with pytest.raises(InvitationRefused):
        await people.open_link(office, 900, older.token, NOW)


async def test_a_stranger_cannot_join_by_guessing_the_number_of_an_invitation(office: Database) -> None:
    person = await by_role(office, "collector")
    issued = await people.invite(office, None, person.id, NOW, 72)
    opened = await people.open_link(office, 900, issued.token, NOW)
    with pytest.raises(InvitationRefused):
        await people.join(office, 666, 666, opened.invitation_id, NOW)
    assert await Directory(office).person(666) is None


async def test_five_wrong_links_an_hour_close_the_door_even_to_a_right_one(office: Database) -> None:
    issued = await people.invite(office, None, (await by_role(office, "collector")).id, NOW, 72)
    for _ in range(5):
        with pytest.raises(InvitationRefused):
            await people.open_link(office, 900, "wrong", NOW)
    with pytest.raises(TooManyTries):
        await people.open_link(office, 900, issued.token, NOW)
    assert (await people.open_link(office, 900, issued.token, NOW + HOUR)).person


async def test_an_account_speaks_for_one_person(office: Database) -> None:
    await join(office, await by_role(office, "collector", 0), 900)
    with pytest.raises(AccountTaken):
        await join(office, await by_role(office, "collector", 1), 900)


async def test_a_lost_phone_is_replaced_and_the_old_one_is_a_stranger(office: Database) -> None:
    person = await by_role(office, "collector")
    await join(office, person, 900)
    assert (await join(office, person, 901)).former_chat == 900
    directory = Directory(office)
    assert await directory.person(900) is None
    assert await directory.person(901) is not None


async def test_only_the_hash_of_a_token_is_stored(office: Database) -> None:
    issued = await people.invite(office, None, (await by_role(office, "collector")).id, NOW, 72)

    async def dump(tx: Connection) -> str:
        tables = await tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        return str([[tuple(row) for row in await tx.all(f"SELECT * FROM {table['name']}")] for table in tables])

    assert issued.token not in await office.read(dump)
    assert len(issued.token) == 32


async def test_each_leader_sees_the_own_part_and_no_more(office: Database) -> None:
    everyone = await sample.everyone(office)
    for role in ("team_leader", "station_head", "office"):
        leader = await by_role(office, role)
        for unit in await office.read(store.units):
            inside = unit.path.startswith(leader.unit.path)
            try:
                page = await people.unit_page(office, leader, unit.id)
                assert inside
                assert all(person.unit.path.startswith(leader.unit.path) for person in page.people)
            except NotYours:
                assert not inside
    assert len(everyone) == 48


async def test_a_collector_sees_no_unit_and_the_bureau_no_names(office: Database) -> None:
    with pytest.raises(NotForRole):
        await people.unit_page(office, await by_role(office, "collector"), 0)
    bureau = await by_role(office, "bureau")
    for unit in await office.read(store.units):
        assert (await people.unit_page(office, bureau, unit.id)).people == ()


@pytest.mark.parametrize("role", ["collector", "team_leader", "station_head", "bureau"])
async def test_only_the_office_manages_people(office: Database, role: str) -> None:
    caller, other = await by_role(office, role), await by_role(office, "collector", 3)
    for attempt in (
        people.card(office, caller, other.id),
        people.invite(office, caller, other.id, NOW, 72),
        people.leave(office, caller, other.id, NOW),
        people.unjoined(office, caller, 0),
        people.invite_unjoined(office, caller, caller.unit.id, NOW, 72),
    ):
        with pytest.raises(DomainError):
            await attempt
    assert await office.read(lambda tx: store.person(tx, other.id)) == other


async def test_leaving_unbinds_and_the_history_stays(office: Database) -> None:
    person = await by_role(office, "collector")
    await join(office, person, 900)
    left = await people.leave(office, await by_role(office, "office"), person.id, NOW)
    assert left.chat_id == 900
    assert await Directory(office).person(900) is None
    with pytest.raises(NotFound):
        await people.card(office, await by_role(office, "office"), person.id)


async def test_erasing_leaves_a_pseudonym_and_nothing_of_the_name(office: Database) -> None:
    person = await by_role(office, "collector")
    await join(office, person, 900)
    await people.leave_by_staff_no(office, person.staff_no, NOW, erase=True)
    row = await office.read(lambda tx: tx.one("SELECT staff_no, name FROM people WHERE id = :id", id=person.id))
    assert row
    assert row["staff_no"] == row["name"]
    assert row["name"].startswith("x-")
    assert await office.read(lambda tx: tx.all("SELECT * FROM bindings")) == []


async def test_nobody_of_the_office_can_remove_themselves(office: Database) -> None:
    caller = await by_role(office, "office")
    with pytest.raises(MovedOn):
        await people.leave(office, caller, caller.id, NOW)


async def test_the_own_data_can_be_exported(office: Database) -> None:
    person = await by_role(office, "collector")
    data = await people.export_own(office, person)
    assert (data["staff_no"], data["practice_answers"]) == (person.staff_no, [])


ACCOUNT = 987_654


async def lives(db: Database, person: Person, other: Person) -> None:
    """The person has done a little of everything from the account 987654, and the other one too, from another."""
    head = await by_role(db, "station_head")
    course = "(SELECT course_code FROM sessions WHERE id = 1)"
    statements = [
        "INSERT INTO questions (id, version, topic, body, live) VALUES ('reg-900', 1, 'regulations', '{}', 0)",
        """INSERT INTO notices (id, origin, author_id, unit_id, text, needs_confirm, state, released_at, created_at,
                                changed_at)
           VALUES (1, '5:1', :head, :unit, '今晚停水', 1, 'sent', 10, 9, 10), (2, '5:2', :head, :unit, '说错了', 1, 'recalled', 11, 9, 11),
                  (3, '5:3', :head, :unit, '没发到', 0, 'cancelled', 12, 9, 12), (4, '5:4', :head, :unit, '发到了', 0, 'cancelled', 13, 9, 13)""",
    ]
    for one, account in ((person.id, ACCOUNT), (other.id, 5)):
        statements += [
            f"INSERT INTO people_history (person_id, role, unit_id, until) VALUES ({one}, 'collector', :unit, 5)",
            f"INSERT INTO mutes (person_id, kind) VALUES ({one}, 'digest')",
            f"INSERT INTO attendance (session_id, person_id, mark, marked_by, marked_at) VALUES (1, {one}, 'late', :head, 20)",
            f"INSERT INTO makeups (missed_id, person_id, state, changed_at) VALUES (1, {one}, 'waiting', 21)",
            f"INSERT INTO checks (id, person_id, course_code, number, state) VALUES ({one}, {one}, {course}, 1, 'open')",
            f"""INSERT INTO check_items (check_id, position, question_id, question_version, shown_order, ticked, answered_at)
                VALUES ({one}, 0, 'reg-900', 1, '0123', '2', 22)""",
            f"INSERT INTO runs (id, person_id, ordinal, state, created_at) VALUES ({one}, {one}, 1, 'open', 30)",
            f"""INSERT INTO run_items (run_id, position, question_id, question_version, shown_order, ticked, answered_at,
                                       correct, guessed_at)
                VALUES ({one}, 0, 'reg-900', 1, '0123', '1', 31, 1, 32)""",
            f"""INSERT INTO cards (person_id, question_id, shown, missed, last_at, stability, difficulty, due_at)
                VALUES ({one}, 'reg-900', 1, 0, 31, 2.5, 5.0, 99)""",
            f"""INSERT INTO question_reports (question_id, question_version, person_id, reason, words, created_at)
                VALUES ('reg-900', 1, {one}, 'text', '我在一班看到的', 33)""",
            f"""INSERT INTO task_asks (task_id, person_id, kind, text, origin, created_at, state, settled_at)
                VALUES (1, {one}, 'help', '我腰疼', '{account}:7', 40, 'answered', 41)""",
            f"""INSERT INTO task_evidence (task_id, person_id, kind, text, origin, created_at)
                VALUES (1, {one}, 'text', '已张贴', '{account}:8', 42)""",
            f"INSERT INTO notice_templates (owner_id, title, text, created_at) VALUES ({one}, '例会', '每周例会', 43)",
            f"""INSERT INTO notices (origin, author_id, unit_id, text, needs_confirm, created_at, changed_at)
                VALUES ('{account}:9', {one}, :unit, '换班', 0, 44, 44)""",
            *(
                f"""INSERT INTO outbox (dedupe_key, kind, person_id, subject_id, state, planned_at, due_at, chat_id, message_id,
                                        created_at)
                    VALUES ('notice:{n}:{one}', 'notice', {one}, {n}, '{state}', 10, 10, {account}, {n}, 10)"""
                for n, state in ((1, "sent"), (2, "sent"), (3, "cancelled"), (4, "sent"))
            ),
            *(
                f"INSERT INTO notice_receivers (notice_id, person_id, unit_id) VALUES ({n}, {one}, :unit)"
                for n in range(1, 5)
            ),
            f"""UPDATE notice_receivers SET confirmed_at = 50, confirmed_version = 1 WHERE notice_id = 1 AND person_id = {one}""",
            f"""INSERT INTO notice_copies (chat_id, message_id, item_id, listed)
                SELECT {account}, 20, id, 1 FROM outbox WHERE dedupe_key = 'notice:1:{one}'""",
            f"INSERT INTO notice_cards VALUES ({account}, 21, 1, {one}, '', 0)",
            f"""INSERT INTO outbox (dedupe_key, kind, person_id, subject_id, detail, action, target_id, state, planned_at, due_at,
                                    created_at)
                SELECT 'notice:1:opened:{account}:20:v2', 'notice_edit', {one}, 1, '{{"in": [{account}, 20]}}', 'edit', id,
                       'sent', 10, 10, 10 FROM outbox WHERE dedupe_key = 'notice:1:{one}'""",
        ]
    statements += [
        f"""INSERT INTO swaps (asker_id, colleague_id, asker_batch, state, origin, changed_at)
            VALUES ({person.id}, {other.id}, 1, 'declined', '{ACCOUNT}:1:2', 60), ({other.id}, {person.id}, 2, 'asked', '5:1:2', 61)""",
    ]

    async def act(tx: Connection) -> None:
        for statement in statements:
            named = {
                name: value for name, value in (("head", head.id), ("unit", head.unit.id)) if f":{name}" in statement
            }
            await tx.run(statement, **named)

    await db.write(act)


async def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but the audit trail, which is sealed."""

    async def dump(tx: Connection) -> dict[str, list[tuple[object, ...]]]:
        tables = await tx.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'audit'")
        return {t["name"]: [tuple(row) for row in await tx.all(f"SELECT * FROM {t['name']}")] for t in tables}

    return await db.read(dump)


async def test_the_export_holds_training_swaps_notices_practice_and_reports_of_oneself_alone(office: Database) -> None:
    person, other = await by_role(office, "collector"), await by_role(office, "collector", 1)
    await lives(office, person, other)
    data = json.loads(json.dumps(await people.export_own(office, person)))
    training, memory = data["training"], data["practice_memory"]
    assert [(row["mark"], row["counted_at"]) for row in training["attendance"]] == [("late", None)]
    assert [row["state"] for row in training["makeups"]] == ["waiting"]
    assert [(row["role"], row["batch"], row["state"]) for row in training["swap_requests"]] == [
        ("asker", 1, "declined"),
        ("colleague", 1, "asked"),
    ]
    assert [row["ticked"] for row in training["self_study"]] == ["2"]
    assert [(row["question_id"], row["guessed_at"]) for row in memory["guesses"]] == [("reg-900", 32)]
    assert [(row["stability"], row["due_at"]) for row in memory["cards"]] == [(2.5, 99)]
    assert [row["words"] for row in data["question_reports"]] == ["我在一班看到的"]
    assert [row["until"] for row in data["history"]] == [5]
    assert data["muted"] == ["digest"]
    assert other.name not in json.dumps(data, ensure_ascii=False)


async def test_received_notices_are_exported_with_their_confirmation_and_without_what_was_taken_back(
    office: Database,
) -> None:
    person, other = await by_role(office, "collector"), await by_role(office, "collector", 1)
    await lives(office, person, other)
    kept = (await people.export_own(office, person))["notices"]
    assert isinstance(kept, dict)
    assert [(row["text"], row["confirmed_at"]) for row in kept["received"]] == [
        ("今晚停水", 50),
        (None, None),
        (None, None),
        ("发到了", None),
    ]
    assert [row["text"] for row in kept["written"]] == ["换班"]
    assert [row["title"] for row in kept["templates"]] == ["例会"]


async def test_erasing_takes_a_persons_words_and_account_and_leaves_the_others_alone(office: Database) -> None:
    person, other = await by_role(office, "collector"), await by_role(office, "collector", 1)
    await lives(office, person, other)
    await join(office, person, ACCOUNT)
    before = await people.export_own(office, other)
    await people.leave_by_staff_no(office, person.staff_no, NOW, erase=True)
    left = await everything(office)
    assert [name for name, rows in left.items() if str(ACCOUNT) in str(rows)] == []
    for words in ("我腰疼", "我在一班看到的", "每周例会"):
        assert [str(rows).count(words) for rows in left.values() if words in str(rows)] == [1]
    assert str(left["task_evidence"]).count("已张贴") == 2
    after = await people.export_own(office, other)
    assert after == before


async def test_leaving_without_erasing_keeps_what_a_person_asked(office: Database) -> None:
    person, other = await by_role(office, "collector"), await by_role(office, "collector", 1)
    await lives(office, person, other)
    await people.leave_by_staff_no(office, person.staff_no, NOW, erase=False)
    assert str((await everything(office))["task_asks"]).count("我腰疼") == 2


async def test_a_language_is_kept(office: Database) -> None:
    person = await by_role(office, "collector")
    await join(office, person, 900)
    await people.set_locale(office, person, Locale.EN)
    found = await Directory(office).person(900)
    assert found
    assert found.locale is Locale.EN


async def test_every_act_is_sealed_and_a_change_in_the_trail_shows(office: Database) -> None:
    await join(office, await by_role(office, "collector"), 900)
    rows, broken = await audit.verify(office)
    assert (rows, broken) == (3, None)
    await office.write(lambda tx: tx.run("UPDATE audit SET verb = 'people.leave' WHERE id = 2"))
    found = (await audit.verify(office))[1]
    assert found
    assert found.id == 2


async def test_the_sample_is_never_mixed_with_a_real_office(office: Database) -> None:
    with pytest.raises(sample.NotEmpty):
        await sample.load(office, NOW, TZ)
    assert len(await sample.everyone(office)) == 48


async def test_whoever_joins_is_sent_what_could_not_reach_them_of_the_last_three_days(office: Database) -> None:
    who = await by_role(office, "collector")
    posts = [Post(name, "notice", who.id, 1, NOW) for name in ("old", "new")]
    await office.write(lambda tx: outbox.add(tx, posts, NOW))
    for name, at in (("old", NOW - 4 * DAY), ("new", NOW - DAY)):
        item = await office.read(lambda tx, key=name: outbox.by_key(tx, key))
        assert item is not None
        await office.write(lambda tx, i=item, t=at: outbox.settle(tx, [settle(i, Outcome.UNREACHABLE, t)], t))
    await join(office, who, 900)
    states = await office.read(lambda tx: outbox.states(tx, "notice", 1))
    assert states == {State.FAILED: 1, State.PENDING: 1}
    fresh = await office.read(lambda tx: outbox.by_key(tx, "new"))
    assert fresh is not None
    assert fresh.due_at > NOW
