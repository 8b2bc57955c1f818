"""What a second person is asked, and what the author hears of it."""

from datetime import tzinfo

from domain.markup import shortened
from domain.notices import APPROVAL_ABOVE, Answer, Approval, Notice, State, may_manage
from domain.people import Person
from views.home import nav
from views.notices.parts import button, content, head, line, name
from views.notices.writing import aim, people
from views.screen import Row, Rows, Screen
from views.texts import Html, Texts, blocks, lines
from views.times import moment

AGREED = frozenset({State.SCHEDULED, State.SENDING, State.SENT, State.CANCELLED, State.RECALLED})


def approval(t: Texts, approval: Approval, tz: tzinfo) -> Screen:
    """The request, or how it was decided."""
    preview = approval.preview
    notice, change = preview.notice, preview.notice.correction
    said = change.text if change else notice.text
    why = t("notice.why_urgent") if notice.urgent else t("notice.why_many", limit=APPROVAL_ABOVE)
    text = blocks(
        _heading(t, approval),
        lines(head(t, notice, tz), content(t, said, notice)),
        lines(aim(t, preview), people(t, preview), _when(t, notice, tz), why) if approval.open else "",
    )
    return Screen(text, _rows(t, approval) if approval.open else (nav(t),))


def _when(t: Texts, notice: Notice, tz: tzinfo) -> Html:
    return t("notice.sent_at", when=moment(t, notice.send_at, tz)) if notice.send_at else t("notice.sent_at_once")


def _heading(t: Texts, approval: Approval) -> Html:
    notice = approval.preview.notice
    if approval.open:
        return t("notice.approve_correction") if notice.correction else t("notice.approve")
    if approval.asked != notice.asked:
        return t("notice.was_agreed")  # an older round: how it ended does not matter any more
    if notice.returned:
        return t("notice.was_returned", reason=notice.returned)
    if notice.state is State.CANCELLED and notice.released_at is None:
        return t("notice.was_barred")
    if notice.state in AGREED:
        by = name(approval.by) if approval.by else ""
        return t("notice.was_agreed_by", name=by) if by else t("notice.was_agreed")
    return t("notice.was_withdrawn")


def _rows(t: Texts, approval: Approval) -> Rows:
    notice = approval.preview.notice
    yes = button(t.plain("notice.agree"), "agree", notice.id, approval.asked, style="success")
    no = button(t.plain("notice.send_back"), "return", notice.id, approval.asked, style="danger")
    whole = notice.correction.text if notice.correction else notice.text
    long = shortened(whole, len(whole)) != shortened(whole, 1_200) or notice.attached is not None
    see = ((button(t.plain("notice.full"), "full", notice.id),),) if long and not notice.correction else ()
    return ((yes, no), *see)


def answer(t: Texts, reader: Person, answer: Answer) -> Screen:
    """What became of it, for whoever wrote it; that its author may not send it any more, for the office too."""
    notice = answer.notice
    reason = t("notice.returned", reason=answer.reason) if answer.reason else ""
    return Screen(blocks(lines(what_came(t, answer), reason), line(t, notice)), (_door(t, reader, notice),))


def what_came(t: Texts, answer: Answer) -> Html:
    """The same in a sentence."""
    by = name(answer.by) if answer.by else t("notice.somebody")
    return t(f"notice.answer_{answer.what}", name=by, author=name(answer.notice.author.name))


def _door(t: Texts, reader: Person, notice: Notice) -> Row:
    if not may_manage(reader, notice):
        return nav(t)
    if notice.state is State.DRAFT:
        return (button(t.plain("notice.go_on"), "preview", notice.id, style="primary"),)
    return (button(t.plain("notice.to_card"), "card", notice.id),)
