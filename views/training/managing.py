"""Managing training: forms, previews, change messages, the roll call, offers of another session."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo

from domain.outbox import Item
from domain.people import Person
from domain.training import (
    EXCEPTIONS,
    Changed,
    ChangeLetter,
    CourseInfo,
    Makeup,
    MakeupLetter,
    Mark,
    Part,
    Preview,
    RollCall,
    Session,
    SessionChange,
    Unplaced,
    as_known,
)
from domain.training.swapping import Batches
from views.home import course_name, home_button, nav
from views.screen import Button, Row, Rows, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, html, lines
from views.times import span
from views.training.sessions import session_file, session_line
from views.training.splitting import batch_changed, batch_line

PAGE = 22  # names on a page: four buttons each stay under the messenger's hundred
VALUE_LIMIT = 60


# changing --------------------------------------------------------------------------------------------------------


def ask(t: Texts, session: Session, part: Part) -> Screen:
    """What to type."""
    head = t("training.item", course=_course(t, session))
    back = press(t.plain("button.back"), "training", "card", session.id)
    return Screen(blocks(head, t(f"training.ask.{part}")), ((back, home_button(t)),))


def preview(t: Texts, loaded: Preview, tz: tzinfo) -> Screen:
    """Old and new, and how many are told."""
    after = loaded.after
    head = t("training.item", course=_course(t, after))
    told = t("training.will_tell", count=loaded.told) if loaded.told else t("training.tells_nobody")
    if loaded.part is Part.ORGANISER:
        name = loaded.organiser.name if loaded.organiser else ""
        change = t("training.new_organiser", name=clipped(name, VALUE_LIMIT))
    else:
        change = _step(t, loaded.part, _value(t, loaded.before, loaded.part, tz), _value(t, after, loaded.part, tz))
    yes = press(t.plain("training.confirm"), "training", "apply", loaded.draft_id, style="success")
    back = press(t.plain("button.back"), "training", "card", after.id)
    return Screen(blocks(head, change, told, t("training.type_again")), ((yes, back),))


def _step(t: Texts, part: Part, old: Html, new: Html) -> Html:
    return t("training.step", what=t(f"training.part.{part}"), old=old, new=new)


def _value(t: Texts, of: Session | SessionChange, part: Part, tz: tzinfo) -> Html:
    if part is Part.TIME:
        return span(t, of.starts_at, of.ends_at, tz)
    text = {Part.VENUE: of.venue, Part.LECTURER: of.lecturer, Part.BRING: of.bring}[part]
    return html(clipped(text, VALUE_LIMIT)) if text else t("time.unknown")


def changed(t: Texts, loaded: Changed, tz: tzinfo) -> Screen:
    """It is done."""
    session = loaded.session
    key = "training.cancelled_now" if session.cancelled_at is not None else "training.changed"
    told = t("training.is_told", count=loaded.told) if loaded.told else t("training.tells_nobody")
    card = press(t.plain("training.to_card"), "training", "card", session.id)
    return Screen(blocks(t(key), session_line(t, session, tz), told), ((card, home_button(t)),))


def ask_cancel(t: Texts, session: Session, count: int, tz: tzinfo) -> Screen:
    """[取消此场] asks first."""
    yes = press(t.plain("training.cancel_yes"), "training", "dropped", session.id, style="danger")
    no = press(t.plain("training.cancel_no"), "training", "card", session.id)
    text = blocks(t("training.ask_cancel"), session_line(t, session, tz), t("training.will_tell", count=count))
    return Screen(text, ((yes, no),))


def new_session(t: Texts, courses: Sequence[CourseInfo]) -> Screen:
    """Which course, for which batch."""
    rows = tuple(
        (press(t.plain("training.new_of", course=_plain(t, one), batch=t.plain(f"batch.{batch}")), "training", "create",
               one.code, batch),)
        for one in courses
        for batch in (1, 2)
    )  # fmt: skip
    return Screen(t("training.new"), (*rows, nav(t)))


def _plain(t: Texts, course: CourseInfo) -> str:
    return t.plain(f"course.{course.code}") if t.locale.value == "en" else course.title


# messages --------------------------------------------------------------------------------------------------------


def change(t: Texts, _person: Person, loaded: ChangeLetter | Batches, item: Item, now: int, tz: tzinfo) -> Screen:
    """What is different, old → new, and the calendar file that replaces the old one; or a new batch."""
    if isinstance(loaded, Batches):
        return batch_changed(t, loaded, tz)
    session = loaded.session
    steps = (_step(t, part, _value(t, loaded.old, part, tz), _value(t, session, part, tz)) for part in loaded.parts)
    text = blocks(change_line(t, _person, loaded, item, now, tz), lines(*steps), session_line(t, session, tz))
    if session.starts_at is None and loaded.old.starts_at is None:
        return Screen(text, (_card(t, session),))
    if session.starts_at is None:
        # Nothing is scheduled for it: the file takes the old date out of the calendar.
        gone = replace(as_known(session, loaded.old), cancelled_at=now)
        text = blocks(text, t("training.old_calendar"))
        return Screen(text, (_card(t, session),), file=session_file(t, gone, now, tz))
    text = blocks(text, t("training.new_calendar"))
    return Screen(text, (_card(t, session),), file=session_file(t, session, now, tz))


def change_line(t: Texts, _person: Person, loaded: ChangeLetter | Batches, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    if isinstance(loaded, Batches):
        return batch_line(t, loaded)
    first = Part.TIME in loaded.parts and loaded.old.starts_at is None
    key = "training.has_date" if first else "training.has_changed"
    return t(key, course=_course(t, loaded.session))


def _course(t: Texts, session: Session) -> Html:
    return course_name(t, session.course.code, clipped(session.course.title, VALUE_LIMIT))


def _card(t: Texts, session: Session) -> Row:
    return (press(t.plain("training.to_card"), "training", "card", session.id), home_button(t))


def cancelled(t: Texts, _person: Person, loaded: Session, item: Item, now: int, tz: tzinfo) -> Screen:
    """It will not take place; the file takes it out of the calendar."""
    text = blocks(cancelled_line(t, _person, loaded, item, now, tz), session_line(t, loaded, tz))
    return Screen(text, (_card(t, loaded),), file=session_file(t, loaded, now, tz))


def cancelled_line(t: Texts, _person: Person, loaded: Session, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return t("training.was_cancelled", course=_course(t, loaded))


def makeup(t: Texts, _person: Person, loaded: MakeupLetter, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """Another session instead of the one that was missed."""
    yes = press(t.plain("training.makeup_yes"), "training", "accept", loaded.makeup.id, style="success")
    no = press(t.plain("training.makeup_no"), "training", "decline", loaded.makeup.id)
    text = blocks(t("training.makeup"), session_line(t, loaded.offered, tz))
    return Screen(text, ((yes, no),))


def makeup_line(t: Texts, _person: Person, loaded: MakeupLetter, _item: Item, _now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return lines(t("training.makeup_line"), session_line(t, loaded.offered, tz))


def answered(t: Texts, made: Makeup, offered: Session, tz: tzinfo) -> Screen:
    """What was answered."""
    key = "training.makeup_accepted" if made.state == "accepted" else "training.makeup_declined"
    row = _card(t, offered) if made.state == "accepted" else nav(t)
    return Screen(blocks(t(key), session_line(t, offered, tz)), (row,))


def unplaced(t: Texts, found: Sequence[Unplaced]) -> Screen:
    """Who still has to make something up, for the office; a name offers the next session of the course."""
    listed = [_unplaced(t, one) for one in found]
    shown, more = fitting(listed)
    names = (
        press(t.plain("training.offer", name=one.person.name), "training", "offer", one.makeup.id) for one in found
    )
    body = lines(*shown, t("list.more", count=more) if more else "") if listed else t("training.unplaced_none")
    back = press(t.plain("button.back"), "training", "list")
    return Screen(blocks(t("training.unplaced"), body), (*in_rows(names, 2), (back, home_button(t))))


def _unplaced(t: Texts, one: Unplaced) -> Html:
    key = "training.unplaced_declined" if one.makeup.state == "declined" else "training.unplaced_item"
    return t(key, name=clipped(one.person.name, 20), course=_course(t, one.missed))


# roll calls ------------------------------------------------------------------------------------------------------


def roll_due(t: Texts, _person: Person, loaded: Session, item: Item, _now: int, tz: tzinfo) -> Screen:
    """To the organiser: when the duty is given, and at the start."""
    if "assigned" in item.detail:
        return Screen(blocks(t("training.you_organise"), session_line(t, loaded, tz)), (_card(t, loaded),))
    call = press(t.plain("training.roll"), "training", "roll", loaded.id, 0, style="primary")
    return Screen(blocks(t("training.roll_due"), session_line(t, loaded, tz)), ((call, home_button(t)),))


def roll_due_line(t: Texts, _person: Person, loaded: Session, item: Item, _now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return lines(
        t("training.you_organise" if "assigned" in item.detail else "training.roll_due"), session_line(t, loaded, tz)
    )


def roll(t: Texts, loaded: RollCall, tz: tzinfo) -> Screen:
    """The names with three buttons each; whoever was simply there needs none."""
    called = loaded.confirmed_at is not None
    text = blocks(
        t("training.roll_title"),
        session_line(t, loaded.session, tz),
        lines(*(_named(t, mark, loaded.of(mark)) for mark in EXCEPTIONS)),
        t("training.roll_called", count=len(loaded.of(Mark.PRESENT))) if called else t("training.roll_how"),
    )
    page = loaded.people[loaded.page * PAGE : (loaded.page + 1) * PAGE]
    rows = tuple(_marks(t, loaded, one) for one in page)
    return Screen(text, (*rows, *_foot(t, loaded)))


def _named(t: Texts, mark: Mark, people: Iterable[Person]) -> Html:
    names = [clipped(one.name, 20) for one in people]
    if not names:
        return Html("")
    shown, more = fitting(names, 600)
    said = t.plain("list.separator").join(shown) + (t.plain("training.and_more", count=more) if more else "")
    return t("training.marked", mark=t(f"training.mark.{mark}"), count=len(names), names=said)


def _marks(t: Texts, loaded: RollCall, one: Person) -> tuple[Button, ...]:
    session, page = loaded.session.id, loaded.page
    name = press(one.name, "training", "roll", session, page)
    given = loaded.marks.get(one.id)
    # The button says what it sets, so that pressing it twice, or late, sets the same again.
    return (
        name,
        *(
            press(
                t.plain(f"training.short.{mark}") + (" ✓" if given is mark else ""),
                "training", "mark", session, one.id, "none" if given is mark else mark, page,
            )
            for mark in EXCEPTIONS
        ),
    )  # fmt: skip


def _foot(t: Texts, loaded: RollCall) -> Rows:
    session, page, last = loaded.session.id, loaded.page, max(0, (len(loaded.people) - 1) // PAGE)
    turn = []
    if page > 0:
        turn.append(press(t.plain("list.previous"), "training", "roll", session, page - 1))
    if page < last:
        turn.append(press(t.plain("list.next"), "training", "roll", session, page + 1))
    done = press(
        t.plain("training.roll_confirm", count=loaded.unmarked), "training", "called", session, style="success"
    )
    back = press(t.plain("button.back"), "training", "card", session)
    rows: list[Row] = [tuple(turn)] if turn else []
    if loaded.confirmed_at is None:
        rows.append((done,))
    return (*rows, (back, home_button(t)))
