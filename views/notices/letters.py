"""Messages about notices that speak first, as the table asks for them: (t, person, loaded, item, now, tz)."""

from datetime import tzinfo

from domain.notices import Answer, Approval, Received, Telling
from domain.outbox import Item
from domain.people import Person
from views.notices import approving as approvals
from views.notices import receiving as receivers
from views.notices.parts import line, name, place
from views.screen import Screen
from views.texts import Html, Texts, lines


def notice(t: Texts, _person: Person, loaded: Received, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """The copy of one receiver."""
    return receivers.received(t, loaded, tz)


def notice_line(t: Texts, _person: Person, loaded: Received, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    author = loaded.notice.author
    said = t("notice.line", place=place(author), name=name(author.name), text=line(t, loaded.notice))
    return lines(said, t("notice.line_confirm") if loaded.to_confirm else "")


def changed(t: Texts, person: Person, loaded: Received | Telling, item: Item, _now: int, tz: tzinfo) -> Screen:
    """A copy, a reminder, a screen of /notice or a leader's list, as it reads after a correction or a recall."""
    if isinstance(loaded, Telling):
        return receivers.telling(t, loaded, tz)
    if item.detail.get("as") == "listed":
        return receivers.opened(t, person, loaded, tz)
    if item.detail.get("as") == "notice_nudge":
        return receivers.nudge(t, loaded, tz)
    return receivers.received(t, loaded, tz)


def changed_line(t: Texts, _person: Person, loaded: Received | Telling, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """Never asked for: a change makes no sound."""
    return line(t, loaded.notice)


def nudge(t: Texts, _person: Person, loaded: Received, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """A reminder."""
    return receivers.nudge(t, loaded, tz)


def nudge_line(t: Texts, _person: Person, loaded: Received, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return t("notice.line_nudge", text=line(t, loaded.notice))


def cascade(t: Texts, _person: Person, loaded: Telling, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """Whom a leader is asked to tell."""
    return receivers.telling(t, loaded, tz)


def cascade_line(t: Texts, _person: Person, loaded: Telling, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return t("notice.line_cascade", count=len(loaded.people), text=line(t, loaded.notice))


def approval(t: Texts, _person: Person, loaded: Approval, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """A request to agree."""
    return approvals.approval(t, loaded, tz)


def approval_line(t: Texts, _person: Person, loaded: Approval, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return t("notice.line_approval", text=line(t, loaded.preview.notice))


def answer(t: Texts, person: Person, loaded: Answer, _item: Item, _now: int, _tz: tzinfo) -> Screen:
    """Word to the author, or to the office about one who may not send it any more."""
    return approvals.answer(t, person, loaded)


def answer_line(t: Texts, _person: Person, loaded: Answer, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return lines(approvals.what_came(t, loaded), line(t, loaded.notice))
