"""What receivers see: the notice itself, their list, reminders, and what leaders are asked to pass on."""

from collections.abc import Sequence
from datetime import tzinfo

from domain.notices import Notice, Received, State, Telling
from domain.people import LEADERS, Person
from views.home import home_button, nav
from views.notices.parts import attachment, button, content, head, home, line, name, place, plain_line, short_day
from views.screen import BUTTON_LIMIT, Row, Rows, Screen, fitting, in_rows
from views.texts import Html, Texts, blocks, lines
from views.times import moment

PUSHED, LISTED, NUDGED = "p", "l", "n"  # where [收到] stands: under the notice, one opened from the list, a reminder


def received(t: Texts, received: Received, tz: tzinfo) -> Screen:
    """The message that arrives, and what it becomes after [收到]."""
    notice = received.notice
    if notice.state is State.RECALLED:
        return recalled(t, notice, tz)
    text = blocks(head(t, notice, tz), Html(notice.text), _foot(t, received, tz))
    return Screen(text, _confirm(t, received, PUSHED), attachment=attachment(notice))


def opened(t: Texts, person: Person, one: Received, tz: tzinfo) -> Screen:
    """The same, opened from the list: with a way back. A picture or a file comes as a message of its own."""
    notice, shown = one.notice, received(t, one, tz)
    leave = (button(t.plain("button.back"), "list"), home(t))
    if notice.state is State.RECALLED:
        return Screen(shown.text, (leave,))
    if notice.attached is not None:
        return shown
    names = (_names(t, notice),) if person.role in LEADERS else ()
    return Screen(shown.text, (*_confirm(t, one, LISTED), *names, leave))


def _names(t: Texts, notice: Notice) -> Row:
    return (button(t.plain("notice.who"), "who", notice.id),)


def _confirm(t: Texts, received: Received, where: str) -> Rows:
    notice = received.notice
    if not received.to_confirm:
        return ()
    return ((button(t.plain("notice.got_it"), "got", notice.id, notice.version, where, style="success"),),)


def _foot(t: Texts, received: Received, tz: tzinfo) -> str:
    if not received.notice.needs_confirm:
        return ""
    if received.confirmed_at is not None:
        return t("notice.confirmed", when=moment(t, received.confirmed_at, tz))
    return t("notice.confirm_again") if received.confirmed_before else t("notice.please_confirm")


def recalled(t: Texts, notice: Notice, tz: tzinfo) -> Screen:
    """What stands where a copy could not be deleted any more."""
    text = lines(t("notice.head", place=place(notice.author), name=name(notice.author.name)), t("notice.was_recalled"))
    return Screen(text, attachment=attachment(notice))


def nudge(t: Texts, received: Received, tz: tzinfo) -> Screen:
    """A reminder with the text, so that one tap does here too."""
    notice = received.notice
    if notice.state is State.RECALLED:
        return recalled_nudge(t, notice)
    text = blocks(
        t("notice.nudge") if received.to_confirm else "",
        head(t, notice, tz),
        content(t, notice.text, notice),
        _foot(t, received, tz),
    )
    see = (button(t.plain("notice.see"), "open", notice.id),)
    return Screen(text, (*_confirm(t, received, NUDGED), *((see,) if notice.attached else ())))


def recalled_nudge(t: Texts, notice: Notice) -> Screen:
    """A reminder, or a leader's list, of a notice that was taken back."""
    return Screen(
        lines(t("notice.head", place=place(notice.author), name=name(notice.author.name)), t("notice.was_recalled"))
    )


def shelf(t: Texts, person: Person, found: Sequence[Received], tz: tzinfo) -> Screen:
    """/notice: one's own notices, those that wait first; for writers the door to writing."""
    waiting = sum(one.to_confirm for one in found)
    listed, more = fitting([_item(t, one, tz) for one in found])
    text = blocks(
        t("notice.title"),
        t("notice.waiting", count=waiting) if waiting else "",
        lines(*listed, t("list.more", count=more) if more else "") if found else t("notice.none"),
    )
    buttons = in_rows((button(_label(t, one, tz), "open", one.notice.id) for one in found), 1)
    return Screen(text, (*buttons, *_writer_rows(t, person), nav(t)))


def _writer_rows(t: Texts, person: Person) -> Rows:
    if person.role not in LEADERS:
        return ()
    write = button(t.plain("notice.write"), "write", 0, style="primary")
    return ((write, button(t.plain("notice.written"), "written", 0)),)


def _item(t: Texts, one: Received, tz: tzinfo) -> Html:
    notice = one.notice
    values = {"mark": _mark(one), "day": short_day(t, notice.released_at or notice.created_at, tz)}
    return t("notice.item", **values, name=name(notice.author.name), text=line(t, notice))


def _mark(one: Received) -> str:
    return "○" if one.to_confirm else "✓" if one.notice.needs_confirm else "·"


def _label(t: Texts, one: Received, tz: tzinfo) -> str:
    day = short_day(t, one.notice.released_at or one.notice.created_at, tz)
    return f"{_mark(one)} {day} {plain_line(t, one.notice)}"


# telling in person -----------------------------------------------------------------------------------------------


def telling(t: Texts, telling: Telling, tz: tzinfo) -> Screen:
    """For a leader: who of theirs has not confirmed, and a button for each who was told in person."""
    notice = telling.notice
    if notice.state is State.RECALLED:
        return recalled_nudge(t, notice)
    if not telling.people:
        return Screen(lines(t("notice.all_told"), line(t, notice)), (nav(t),))
    names, more = fitting([t("notice.person", name=name(one.name)) for one in telling.people], 800)
    text = blocks(
        t("notice.please_tell", count=len(telling.people)),
        head(t, notice, tz),
        content(t, notice.text, notice),
        lines(*names, t("list.more", count=more) if more else ""),
        t("notice.told_is_not_confirmed"),
    )
    each = in_rows(
        (
            button(t.plain("notice.told", name=name(one.name)), "told", notice.id, one.id)
            for one in telling.people[: BUTTON_LIMIT - 1]
        ),
        2,
    )
    everyone = button(t.plain("notice.told_all"), "told", notice.id, 0, style="primary")
    return Screen(text, (*each, (everyone, home_button(t))))
