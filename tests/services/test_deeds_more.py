"""Good deeds at the edges: retries that come late, albums that mix, forms that pile up, buttons that are old, privacy."""

import csv
import io
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest

from content.photo_copy import PhotoFolder, clean
from domain.clock import DAY, HOUR, MINUTE, millis
from domain.deeds import DeedKind, DeedState, NoWords, PhotoFault, ReturnReason
from domain.deeds.shown import Card
from domain.errors import DomainError, MovedOn, NotForRole, NotYours
from domain.people import Person
from domain.schedules import Occurrence
from services import deeds
from services.deeds import Format, Sent, Step, When
from services.people import drop_forms, export_own, leave
from storage import drafts
from storage.drafts import Draft
from tests.conftest import NOW, TZ
from tests.services.test_deeds import AUTHOR, HEAD, LEADER, MATE, OFFICE, OTHER_HEAD, STRANGER, Office, office
from tests.unit.test_photo_copy import jpeg

__all__ = ["office"]

OTHER_TEAM = "1021"  # of the station's other team


async def awaited(office: Office, by: str = AUTHOR) -> Draft:
    """The form to which the next message belongs."""
    found = await form_of(office, by)
    assert found
    return found


async def form_of(office: Office, by: str = AUTHOR) -> Draft | None:
    person = await office.who(by)
    return await office.db.read(lambda tx: drafts.awaiting(tx, person.id))


async def says(office: Office, sent: Sent, by: str = AUTHOR) -> Card | None:
    """A message while the form is open, taken in by that form."""
    return await deeds.take(office.db, await office.who(by), await awaited(office, by), sent, office.now, TZ)


async def opens(office: Office, deed_id: int, by: str = AUTHOR, *, edit: bool = False) -> Card:
    office.messages += 1
    person = await office.who(by)
    return await deeds.open_(office.db, person, deed_id, f"press:{office.messages}", office.now, TZ, edit=edit)


async def starts(office: Office, by: str = AUTHOR) -> None:
    office.messages += 1
    await deeds.start(office.db, await office.who(by), f"press:{office.messages}", office.now)


async def verbs(office: Office, deed_id: int) -> list[str]:
    target = f"deed:{deed_id}"
    rows = await office.db.read(lambda tx: tx.all("SELECT verb FROM audit WHERE target = :t ORDER BY id", t=target))
    return [row["verb"] for row in rows]


async def all_texts(office: Office) -> list[str]:
    rows = await office.db.read(lambda tx: tx.all("SELECT text FROM deeds ORDER BY id"))
    return [row["text"] for row in rows]


async def origins(office: Office, deed_id: int) -> list[str]:
    rows = await office.db.read(
        lambda tx: tx.all("SELECT origin FROM deed_photos WHERE deed_id = :id ORDER BY origin", id=deed_id)
    )
    return [row["origin"] for row in rows]


# what is added after it was handed in ------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "picture"), [("还给他倒了热水", None), ("", "b")])
async def test_more_words_or_photos_after_a_signature_are_on_record_and_asked_about_anew(
    office: Office, words: str, picture: str | None
) -> None:
    deed_id = await office.submitted(picture="a")
    await office.sign(deed_id, LEADER)
    await opens(office, deed_id, edit=True)
    await says(office, office.sent(words, picture))
    deed = await office.deed(deed_id)
    assert (deed.state, deed.edits) == (DeedState.SUBMITTED, 1)
    assert await office.asked() == [LEADER]
    assert await verbs(office, deed_id) == ["deed.submit", "deed.vouch", "deed.change"]


async def test_looking_at_a_deed_that_was_handed_in_takes_the_next_photo_for_another_one(office: Office) -> None:
    deed_id = await office.submitted()
    await office.sign(deed_id, LEADER)
    assert (await opens(office, deed_id)).deed.state is DeedState.VOUCHED
    assert await form_of(office) is None


async def test_back_from_a_choice_to_a_deed_that_was_handed_in_closes_its_form(office: Office) -> None:
    deed_id = await office.submitted()
    await opens(office, deed_id, edit=True)
    await office.form(AUTHOR, deed_id, Step.TIME)
    await opens(office, deed_id)
    assert await form_of(office) is None


async def test_photos_taken_away_twice_leave_the_request_to_sign_in_place(office: Office) -> None:
    deed_id, author = await office.submitted(picture="a"), await office.who(AUTHOR)
    for n in range(2):
        await deeds.drop_photos(office.db, author, deed_id, f"press:{n}", NOW, TZ)
    assert await office.asked() == [LEADER]


@pytest.mark.parametrize("part", ["kind", "time", "place", "witness", "person", "words"])
async def test_a_choice_that_stands_already_voids_no_signature(office: Office, part: str) -> None:
    deed_id, author, mate = await office.offered("帮司机推车"), await office.who(AUTHOR), await office.who(MATE)
    other = await office.who(OTHER_TEAM)

    async def chooses() -> None:
        match part:
            case "kind":
                await deeds.set_kind(office.db, author, deed_id, DeedKind.SERVICE, NOW, TZ)
            case "time":
                await deeds.set_time(office.db, author, deed_id, When.YESTERDAY, NOW, TZ)
            case "place":
                await deeds.set_place(office.db, author, deed_id, 0, NOW, TZ)
            case "witness":
                await deeds.set_witness(office.db, author, deed_id, other.id, NOW, TZ)
            case "person":
                await deeds.switch_person(office.db, author, deed_id, mate.id, True, 0, NOW, TZ)
            case _:
                draft = await office.form(AUTHOR, deed_id, Step.TEXT)
                await deeds.take_words(office.db, author, draft, office.sent("帮司机把车推到路边"), NOW, TZ)

    await chooses()
    await office.submit(deed_id)
    await office.sign(deed_id, LEADER)
    before = await office.deed(deed_id)
    await chooses()  # the same tap once more, or its update handled again after the answer was lost
    assert await office.deed(deed_id) == before
    assert await office.asked() == [HEAD]


async def test_a_colleague_who_is_chosen_already_is_no_ninth(office: Office) -> None:
    deed_id, author = await office.offered(), await office.who(AUTHOR)
    found = await deeds.choosing(office.db, author, deed_id, 0, witness=False)
    for one in found.people[:8]:
        await deeds.switch_person(office.db, author, deed_id, one.id, True, 0, NOW, TZ)
    again = await deeds.switch_person(office.db, author, deed_id, found.people[7].id, True, 0, NOW, TZ)
    assert len(again.chosen) == 9


# forms that pile up ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Step.OPEN, Step.TEXT, Step.TIME])
async def test_an_old_deed_is_mended_by_what_is_typed(office: Office, step: Step) -> None:
    deed_id = await office.submitted()
    office.now += 3 * DAY
    await office.give_back(deed_id, LEADER, ReturnReason.UNCLEAR)
    office.now += HOUR
    await office.form(AUTHOR, deed_id, step)
    assert not await deeds.stale(office.db, await awaited(office), office.now + MINUTE)


async def test_the_reason_for_returning_an_old_deed_is_a_reason(office: Office) -> None:
    deed_id, leader = await office.submitted(), await office.who(LEADER)
    office.now += 3 * DAY
    await deeds.ask_reason(office.db, leader, deed_id, 0, "press:1", office.now)
    assert not await deeds.stale(office.db, await awaited(office, LEADER), office.now + MINUTE)


async def test_a_form_about_a_deed_that_was_confirmed_meanwhile_takes_nothing_in(office: Office) -> None:
    deed_id = await office.submitted()
    await opens(office, deed_id, edit=True)
    draft = await awaited(office)
    await office.sign(deed_id, LEADER)
    assert not await deeds.stale(office.db, draft, office.now)
    await office.sign(deed_id, HEAD)
    assert await deeds.stale(office.db, draft, office.now)
    assert await form_of(office) is None


async def test_a_reason_that_comes_too_late_is_refused_once_and_not_for_ever(office: Office) -> None:
    deed_id, leader = await office.submitted(), await office.who(LEADER)
    await deeds.ask_reason(office.db, leader, deed_id, 0, "press:1", NOW)
    await deeds.set_kind(office.db, await office.who(AUTHOR), deed_id, DeedKind.OTHER, NOW, TZ)
    with pytest.raises(MovedOn):
        await deeds.take_reason(office.db, leader, await awaited(office, LEADER), office.sent("不清楚"), NOW, TZ)
    assert await form_of(office, LEADER) is None


async def test_a_reason_without_words_keeps_the_form(office: Office) -> None:
    deed_id, leader = await office.submitted(), await office.who(LEADER)
    await deeds.ask_reason(office.db, leader, deed_id, 0, "press:1", NOW)
    with pytest.raises(NoWords):
        await deeds.take_reason(office.db, leader, await awaited(office, LEADER), office.sent(""), NOW, TZ)
    assert await form_of(office, LEADER)


async def test_throwing_another_deed_away_leaves_the_open_form_open(office: Office) -> None:
    stray, kept = await office.offered("今天下午开会了"), await office.offered("帮司机推车")
    await opens(office, kept)
    await deeds.withdraw(office.db, await office.who(AUTHOR), stray, NOW)
    card = await says(office, office.sent("还给他倒了热水"))
    assert card
    assert card.deed.id == kept


async def test_handing_one_in_leaves_the_form_of_another_open(office: Office) -> None:
    one, other = await office.offered("帮司机推车"), await office.offered("捡到手机还给司机")
    await opens(office, other)
    await office.submit(one)
    card = await says(office, office.sent("他很感谢"))
    assert card
    assert card.deed.id == other


async def test_handing_it_in_closes_its_form_even_below_a_form_of_another_area(office: Office) -> None:
    deed_id, author = await office.offered(), await office.who(AUTHOR)
    await opens(office, deed_id)
    above = await office.db.write(lambda tx: drafts.begin(tx, author.id, "notice", "message", "{}", "press:n", NOW))
    await office.submit(deed_id)
    await office.db.write(lambda tx: drafts.close(tx, above.id, NOW))
    assert await form_of(office) is None


@pytest.mark.parametrize("between", ["cancelled", "another form"])
async def test_after_a_tap_on_an_old_choice_words_belong_to_the_deed_again(office: Office, between: str) -> None:
    deed_id, author = await office.offered(), await office.who(AUTHOR)
    await office.form(AUTHOR, deed_id, Step.TIME)
    if between == "cancelled":
        await drop_forms(office.db, author, NOW)
    else:
        await office.db.write(lambda tx: drafts.begin(tx, author.id, "notice", "message", "{}", "press:n", NOW))
    await deeds.set_time(office.db, author, deed_id, When.YESTERDAY, NOW, TZ)  # the form is shown: 再发文字会补进来
    draft = await awaited(office)
    assert (draft.kind, deeds.subject(draft), draft.step) == (deeds.FORM, deed_id, Step.OPEN)


async def test_two_choices_pressed_in_the_same_moment_are_two(office: Office) -> None:
    deed_id, author = await office.offered(), await office.who(AUTHOR)
    for step in (Step.TIME, Step.PLACE):  # updates that came together carry the same time
        await deeds.await_words(office.db, author, deed_id, step, "deeds:1:5:0", NOW)
    draft = await awaited(office)
    assert draft.step == Step.PLACE
    card = await deeds.take_words(office.db, author, draft, office.sent("匝道口"), NOW, TZ)
    assert card.deed.place == "匝道口"


async def test_two_deeds_opened_in_the_same_moment_are_two(office: Office) -> None:
    author, found = await office.who(AUTHOR), [await office.offered("帮司机推车"), await office.offered("捡到手机")]
    for deed_id in found:
        await deeds.open_(office.db, author, deed_id, "deeds:1:5:0", NOW, TZ)
    assert deeds.subject(await awaited(office)) == found[1]


# the same message handled again, late ------------------------------------------------------------------------------


async def test_words_handled_again_after_a_further_press_are_added_once(office: Office) -> None:
    deed_id, author, message = await office.offered("帮司机推车"), await office.who(AUTHOR), office.sent("倒了热水")
    await opens(office, deed_id)
    await says(office, message)
    await deeds.await_words(office.db, author, deed_id, Step.OPEN, "press:later", NOW)  # the answer was lost: again
    card = await says(office, message)
    assert card
    assert card.deed.text == "帮司机推车\n倒了热水"


async def test_the_message_that_began_a_deed_is_not_added_to_it_as_well(office: Office) -> None:
    author, message = await office.who(AUTHOR), office.sent("帮司机推车", "a")
    card = await deeds.offer(office.db, author, message, NOW, TZ)
    assert card
    await opens(office, card.deed.id)
    again = await says(office, message)
    assert again
    assert (again.deed.text, len(again.deed.photos)) == ("帮司机推车", 1)


async def test_an_offer_that_did_not_arrive_is_taken_up_by_the_command(office: Office) -> None:
    author, message = await office.who(AUTHOR), office.sent("帮司机推车", "a")
    await deeds.offer(office.db, author, message, NOW, TZ)
    await starts(office)
    card = await says(office, message)
    assert card
    assert deeds.subject(await awaited(office)) == card.deed.id
    assert await all_texts(office) == ["帮司机推车"]


async def test_words_handled_again_after_it_was_handed_in_begin_no_second_deed(office: Office) -> None:
    deed_id, author, message = await office.offered("帮司机推车"), await office.who(AUTHOR), office.sent("倒了热水")
    await opens(office, deed_id)
    await says(office, message)
    await office.submit(deed_id)
    assert await deeds.offer(office.db, author, message, NOW, TZ) is None
    assert await all_texts(office) == ["帮司机推车\n倒了热水"]


async def test_a_reason_handled_again_is_not_offered_as_a_good_deed(office: Office) -> None:
    deed_id, leader, message = await office.submitted(), await office.who(LEADER), office.sent("请写清楚是哪一天")
    await deeds.ask_reason(office.db, leader, deed_id, 0, "press:1", NOW)
    await deeds.take_reason(office.db, leader, await awaited(office, LEADER), message, NOW, TZ)
    assert await deeds.offer(office.db, leader, message, NOW, TZ) is None
    assert len(await all_texts(office)) == 1


async def test_a_message_handled_again_does_not_use_up_a_new_form(office: Office) -> None:
    first, added = office.sent("帮司机推车"), office.sent("倒了热水")
    await starts(office)
    await says(office, first)
    await says(office, added)
    await starts(office)
    for message in (first, added):
        await says(office, message)
    assert deeds.subject(await awaited(office)) is None
    assert await all_texts(office) == ["帮司机推车\n倒了热水"]


# albums ------------------------------------------------------------------------------------------------------------


async def test_parts_of_an_album_that_arrive_in_any_order_are_all_kept(office: Office) -> None:
    parts = [office.sent("帮司机推车" if n == 1 else "", str(n), "album") for n in range(4)]
    await starts(office)
    for n in (2, 0, 3, 1, 3):
        await says(office, parts[n])
    deed = await office.deed(1)
    assert (len(deed.photos), deed.text) == (4, "帮司机推车")


async def test_words_under_a_later_part_of_an_album_are_shown(office: Office) -> None:
    await starts(office)
    first = await says(office, office.sent("", "a", "album"))
    bare = await says(office, office.sent("", "b", "album"))
    worded = await says(office, office.sent("帮司机推车", "c", "album"))
    assert first
    assert bare is None
    assert worded
    assert worded.deed.text == "帮司机推车"


async def test_each_part_of_an_album_may_have_its_words(office: Office) -> None:
    author = await office.who(AUTHOR)
    parts = [office.sent(words, words, "album") for words in ("帮司机推车", "他的车没油了")]
    for part in (*parts, *parts):
        await deeds.offer(office.db, author, part, NOW, TZ)
    assert await all_texts(office) == ["帮司机推车\n他的车没油了"]


async def test_two_albums_whose_parts_mix_are_two_deeds(office: Office) -> None:
    author = await office.who(AUTHOR)
    one = [office.sent("帮司机推车" if n == 0 else "", f"a{n}", "one") for n in range(3)]
    two = [office.sent("捡到手机" if n == 0 else "", f"b{n}", "two") for n in range(3)]
    cards = [await deeds.offer(office.db, author, part, NOW, TZ) for part in (one[0], two[0], one[1])]
    assert cards[0]
    assert cards[1]
    await opens(office, cards[0].deed.id)  # tapped while parts of both are on their way
    for part in (two[1], one[2], two[2]):
        await says(office, part)
    assert await origins(office, cards[0].deed.id) == [part.origin for part in one]
    assert await origins(office, cards[1].deed.id) == [part.origin for part in two]


async def test_a_part_of_an_earlier_album_does_not_use_up_a_new_form(office: Office) -> None:
    author, parts = await office.who(AUTHOR), [office.sent("", str(n), "album") for n in range(2)]
    await deeds.offer(office.db, author, parts[0], NOW, TZ)
    await starts(office)
    assert await says(office, parts[1]) is None
    card = await says(office, office.sent("捡到手机还给司机"))
    assert card
    assert (card.deed.text, card.deed.photos) == ("捡到手机还给司机", ())


async def test_a_late_part_of_an_album_that_was_added_joins_the_deed_that_was_handed_in(office: Office) -> None:
    deed_id, author = await office.offered("帮司机推车"), await office.who(AUTHOR)
    await opens(office, deed_id)
    await says(office, office.sent("", "a", "album"))
    await office.submit(deed_id)
    await office.sign(deed_id, LEADER)
    assert await deeds.offer(office.db, author, office.sent("", "b", "album"), NOW + MINUTE, TZ) is None
    deed = await office.deed(deed_id)
    assert (len(deed.photos), deed.state) == (2, DeedState.VOUCHED)
    assert len(await all_texts(office)) == 1


async def test_an_album_that_does_not_fit_says_so(office: Office) -> None:
    deed_id = await office.offered("帮司机推车", "0")
    await opens(office, deed_id)
    for n in range(1, 8):
        await says(office, office.sent("", str(n)))
    cards = [await says(office, office.sent("", f"a{n}", "album")) for n in range(3)]
    assert cards[0]
    assert cards[1] is None
    assert cards[2]
    assert (cards[0].fault, cards[2].fault) == (None, PhotoFault.TOO_MANY)


# presses that are old, or forged -----------------------------------------------------------------------------------


async def witnessed(office: Office) -> int:
    """Handed in with a colleague as witness; he and the team leader are asked."""
    deed_id, mate = await office.offered(), await office.who(MATE)
    await deeds.set_witness(office.db, await office.who(AUTHOR), deed_id, mate.id, NOW, TZ)
    await office.submit(deed_id)
    return deed_id


@pytest.mark.parametrize(("first", "second"), [(MATE, LEADER), (LEADER, MATE)])
async def test_whoever_was_asked_and_comes_second_sees_that_it_is_signed(
    office: Office, first: str, second: str
) -> None:
    deed_id = await witnessed(office)
    await office.sign(deed_id, first)
    card, signed = await office.sign(deed_id, second)
    assert not signed
    assert (card.deed.state, card.may_sign) == (DeedState.VOUCHED, False)
    edits = card.deed.edits
    with pytest.raises(MovedOn):
        await deeds.signable(office.db, await office.who(second), deed_id, edits, NOW, TZ)
    with pytest.raises(MovedOn):
        await office.give_back(deed_id, second)
    assert (await office.deed(deed_id)).state is DeedState.VOUCHED


async def test_a_return_without_a_reason_is_refused(office: Office) -> None:
    deed_id = await office.submitted()
    with pytest.raises(NoWords):
        await office.give_back(deed_id, LEADER, ReturnReason.OTHER)
    assert (await office.deed(deed_id)).state is DeedState.SUBMITTED


async def test_a_returned_deed_that_its_author_is_mending_is_not_read_by_a_forged_return(office: Office) -> None:
    deed_id = await office.submitted()
    await office.give_back(deed_id, LEADER)
    draft = await office.form(AUTHOR, deed_id, Step.TEXT)
    await deeds.take_words(office.db, await office.who(AUTHOR), draft, office.sent("还没写完，先别看"), NOW, TZ)
    leader = await office.who(LEADER)
    for edits in (0, 1):
        with pytest.raises(MovedOn):
            await deeds.give_back(office.db, leader, deed_id, edits, ReturnReason.TIME, NOW + MINUTE, TZ)


async def test_agreeing_twice_is_on_record_once(office: Office) -> None:
    deed_id, author = await office.confirmed(), await office.who(AUTHOR)
    for _ in range(2):
        await deeds.agree(office.db, author, deed_id, True, NOW, TZ)
    assert (await verbs(office, deed_id)).count("deed.agree") == 1


async def test_a_deed_that_a_list_cannot_show_whole_is_not_signed_from_the_list(office: Office) -> None:
    short = await office.submitted("帮司机推车")
    office.now += 2 * HOUR
    long = await office.submitted("捡到手机" + "，很久才找到失主" * 15)
    office.now += 2 * HOUR
    shared = await office.offered("给司机指路")
    author = await office.who(AUTHOR)
    found = await deeds.choosing(office.db, author, shared, 0, witness=False)
    for one in found.people[-3:]:
        await deeds.switch_person(office.db, author, shared, one.id, True, 0, office.now, TZ)
    await office.submit(shared)
    batch = await deeds.batch(office.db, await office.who(LEADER), office.now, TZ)
    assert [deed.id for deed in batch.deeds] == [short]
    assert batch.flagged == 2
    assert (await office.deed(long)).state is DeedState.SUBMITTED


@pytest.mark.parametrize(
    "press", ["kind", "people", "tags", "text", "unphoto", "submit", "drop", "photo", "open", "why"]
)
@pytest.mark.parametrize("who", [MATE, LEADER, HEAD, OTHER_HEAD, STRANGER, OFFICE])
async def test_no_press_on_somebodys_draft_does_or_shows_anything(office: Office, press: str, who: str) -> None:
    deed_id, other, author = await office.offered(picture="a"), await office.who(who), await office.who(AUTHOR)
    mate = await office.who(MATE)
    await deeds.switch_person(office.db, author, deed_id, mate.id, True, 0, NOW, TZ)
    before = await office.deed(deed_id)
    with pytest.raises((NotYours, MovedOn, NotForRole)):
        await presses(office, press, other, deed_id)
    assert await office.deed(deed_id) == before


async def presses(office: Office, press: str, other: Person, deed_id: int) -> None:
    db = office.db
    match press:
        case "kind":
            await deeds.set_kind(db, other, deed_id, DeedKind.OTHER, NOW, TZ)
        case "people":
            await deeds.choosing(db, other, deed_id, 0, witness=False)
        case "tags":
            await deeds.to_sort(db, other, deed_id)
        case "text":
            await deeds.await_words(db, other, deed_id, Step.TEXT, "press:x", NOW)
        case "unphoto":
            await deeds.drop_photos(db, other, deed_id, "press:x", NOW, TZ)
        case "submit":
            await deeds.submit(db, other, deed_id, 1, NOW, TZ)
        case "drop":
            await deeds.withdraw(db, other, deed_id, NOW)
        case "photo":
            await deeds.photo(db, other, deed_id, 0)
        case "open":
            await deeds.open_(db, other, deed_id, "press:x", NOW, TZ)
        case _:
            await deeds.ask_reason(db, other, deed_id, 1, "press:x", NOW)


# privacy -----------------------------------------------------------------------------------------------------------


async def shared_draft(office: Office) -> int:
    deed_id, mate = await office.offered("和苏巧云一起推车，还没写完"), await office.who(MATE)
    await deeds.switch_person(office.db, await office.who(AUTHOR), deed_id, mate.id, True, 0, NOW, TZ)
    return deed_id


async def exported_deeds(office: Office, by: str) -> list[dict[str, object]]:
    return (await export_own(office.db, await office.who(by)))["deeds"]  # type: ignore[return-value]


async def test_the_own_export_holds_nothing_of_somebody_elses_draft(office: Office) -> None:
    deed_id = await shared_draft(office)
    assert await exported_deeds(office, MATE) == []
    await office.submit(deed_id)
    assert [one["text"] for one in await exported_deeds(office, MATE)] == ["和苏巧云一起推车，还没写完"]
    await office.give_back(deed_id, LEADER, ReturnReason.UNTRUE)
    assert await exported_deeds(office, MATE) == []
    assert [one["return_reason"] for one in await exported_deeds(office, AUTHOR)] == ["untrue"]


async def csv_rows(office: Office, by: str) -> list[dict[str, str]]:
    body = await deeds.export(office.db, await office.who(by), Format.CSV, NOW, TZ)
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


async def test_an_export_holds_nothing_that_is_with_its_author(office: Office) -> None:
    deed_id = await office.submitted("帮司机推车")
    await office.give_back(deed_id, LEADER)
    assert await csv_rows(office, HEAD) == []


async def test_whoever_left_is_still_named_in_the_export_and_who_was_erased_is_not(office: Office) -> None:
    deed_id, author = await office.offered("帮司机推车"), await office.who(AUTHOR)
    for one in (MATE, OTHER_TEAM):
        await deeds.switch_person(office.db, author, deed_id, (await office.who(one)).id, True, 0, NOW, TZ)
    await office.submit(deed_id)
    for one in (AUTHOR, OTHER_TEAM):
        await leave(office.db, await office.who(OFFICE), (await office.who(one)).id, NOW)
    assert [row["人员"] for row in await csv_rows(office, HEAD)] == ["闫思远、苏巧云、焦大伟"]
    assert [row["人员"] for row in await csv_rows(office, LEADER)] == ["闫思远、苏巧云（另 1 人）"]
    mate = await office.who(MATE)
    await leave(office.db, await office.who(OFFICE), mate.id, NOW, erase=True)
    assert "苏巧云" not in str(await csv_rows(office, OFFICE))


async def on_the_roll(office: Office) -> list[str]:
    found = await deeds.honour_roll(office.db, await office.who(STRANGER), 0, NOW, TZ)
    return [line.text for line in found.lines]


async def test_the_honour_roll_leaves_out_words_that_name_a_colleague_who_did_not_agree(office: Office) -> None:
    deed_id = await office.confirmed("和苏巧云一起帮司机推车")
    await deeds.agree(office.db, await office.who(AUTHOR), deed_id, True, NOW, TZ)
    assert await on_the_roll(office) == [""]


async def test_the_honour_roll_leaves_out_words_that_may_name_somebody_who_was_erased(office: Office) -> None:
    deed_id = await shared_draft(office)
    await office.submit(deed_id)
    await office.sign(deed_id, LEADER)
    await office.sign(deed_id, HEAD)
    for one in (AUTHOR, MATE):
        await deeds.agree(office.db, await office.who(one), deed_id, True, NOW, TZ)
    assert await on_the_roll(office) == ["和苏巧云一起推车，还没写完"]
    await leave(office.db, await office.who(OFFICE), (await office.who(MATE)).id, NOW, erase=True)
    assert await on_the_roll(office) == [""]


async def test_the_honour_roll_of_a_week_after_a_holiday_leaves_nobody_out_and_names_nobody_twice(
    office: Office,
) -> None:
    def at(month: int, day: int) -> int:
        return millis(datetime(2026, month, day, 12, tzinfo=TZ))

    office.now = at(9, 29)  # a Tuesday; the roll of the week after comes on Thursday, the 8th of October
    deed_id = await office.confirmed("帮司机推车")
    await deeds.agree(office.db, await office.who(AUTHOR), deed_id, True, office.now, TZ)
    told = []
    for monday, due in (((9, 28), at(9, 28)), ((10, 5), at(10, 8)), ((10, 12), at(10, 12))):
        week = Occurrence("digest", 0, date(2026, *monday), "honour", due, due + DAY)
        told.append(bool(await office.db.read(partial(deeds.expand_honour, occurrence=week, now=due))))
    assert told == [False, True, False]


async def test_a_copy_of_somebody_who_was_erased_is_gone_after_the_night(office: Office, tmp_path: Path) -> None:
    folder, picture = PhotoFolder(tmp_path / "photos"), clean(jpeg())
    await office.confirmed(picture="a")
    for photo in await deeds.to_copy(office.db):
        assert await deeds.keep_copy(office.db, folder, photo, jpeg())
    await deeds.forget(office.db, deeds.Keeping(730, folder), NOW)
    assert folder.path(picture.sha256)
    await leave(office.db, await office.who(OFFICE), (await office.who(AUTHOR)).id, NOW, erase=True)
    await deeds.forget(office.db, deeds.Keeping(730, folder), NOW)
    assert folder.path(picture.sha256) is None


# the rule beneath it all -------------------------------------------------------------------------------------------


async def test_whatever_is_pressed_the_author_and_the_sharers_never_sign(office: Office) -> None:
    deed_id, author, head = await office.offered(), await office.who(AUTHOR), await office.who(HEAD)
    await deeds.switch_person(office.db, author, deed_id, head.id, True, 0, NOW, TZ)
    await office.submit(deed_id)
    await office.sign(deed_id, LEADER)
    for one in (AUTHOR, HEAD):
        with pytest.raises(DomainError):
            await office.sign(deed_id, one)
        assert (await deeds.sign_batch(office.db, await office.who(one), 0, NOW, TZ))[0] == 0
    assert (await office.deed(deed_id)).second is None
