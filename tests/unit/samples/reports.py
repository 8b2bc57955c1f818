"""Screens of [题目有误]: who reports, the office's inbox and card, and what people are told."""

from dataclasses import replace

from domain.practice.reports import (
    AnswerChanged,
    Complaint,
    Inbox,
    QuestionCard,
    Reason,
    Rekeying,
    Report,
    ReportAnswered,
    Reported,
    ReportState,
    TextPart,
    Usage,
    right_answer,
    tally,
)
from domain.questions import Kind
from tests.unit.samples.outbox import item as posted
from tests.unit.test_views_samples import NOW, TZ, item, person, question, run
from views import practice
from views.screen import Screen
from views.texts import Texts

PICTURE = "lane-signals"


def report(number: int = 1, reason: Reason = Reason.OTHER, word: str = "", **fields: object) -> Report:
    """An open report with words."""
    said = f"单位写错{word}" if reason is Reason.OTHER else ""
    return replace(Report(number, "reg-001", 1, 7, reason, said, ReportState.OPEN, "", NOW), **fields)  # type: ignore[arg-type]


def reported(word: str = "", **fields: object) -> Reported:
    """A wrong answer that stands in a run, not reported yet."""
    wrong = item(0, word=word, ticked=frozenset({2}), answered_at=NOW)
    return replace(Reported(run(wrong, item(1, word=word)), wrong), **fields)  # type: ignore[arg-type]


def card(kind: Kind = Kind.SINGLE, word: str = "", many: int = 0, **fields: object) -> QuestionCard:
    """A question as the office sees it, with ``many`` reports."""
    reasons = tuple(Reason)
    said = tuple(report(n, reasons[-n % 4], word) for n in range(1, many + 1))
    return replace(QuestionCard(question(kind, word), True, said, Usage(31, 60, 45, 6)), **fields)  # type: ignore[arg-type]


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Every screen of the area."""
    return {**_reporting(t, word), **_office(t, word, many), **_messages(t, word)}


def _reporting(t: Texts, word: str) -> dict[str, Screen]:
    fresh = reported(word)
    settled = report(word=word, state=ReportState.REJECTED, reply=f"依据{word}")
    picture = replace(item(0, Kind.PICTURE, word), ticked=frozenset({2}), answered_at=NOW)
    shown = replace(picture, question=replace(picture.question, picture=PICTURE))
    return {
        "practice.reporting": practice.reporting(t, fresh),
        "practice.reporting picture": practice.reporting(t, Reported(run(shown), shown)),
        "practice.reporting again": practice.reporting(t, replace(fresh, report=settled)),
        "practice.reporting too late": practice.reporting(
            t, replace(fresh, report=report(word=word, state=ReportState.RETIRED), first=True)
        ),
        "practice.ask_words": practice.ask_words(t, fresh),
        "practice.reported": practice.reported(t, replace(fresh, report=report(word=word)), aloud=True),
        "practice.reported picture": practice.reported(t, Reported(run(shown), shown), aloud=True),
    }


def _office(t: Texts, word: str, many: int) -> dict[str, Screen]:
    complaint = Complaint(question(word=word), tally([Reason.KEY, Reason.OTHER]), Usage(31, 60, 45, 6))
    listed = tuple(replace(complaint, question=replace(complaint.question, id=f"reg-{n:03}")) for n in range(many))
    full = card(word=word, many=many)
    several = question(Kind.MULTIPLE, word)
    return {
        "practice.inbox": practice.inbox(t, Inbox(listed, tuple(replace(one, reasons={}) for one in listed))),
        "practice.inbox empty": practice.inbox(t, Inbox((), ())),
        "practice.settled": practice.settled(t, full, practice.question_done(t)),
        "practice.settled true or false": practice.settled(t, card(Kind.TRUE_FALSE, word, usage=Usage(9, 12, 3))),
        "practice.settled retired": practice.settled(t, replace(full, live=False, usage=Usage(4, 40, 40, 4))),
        "practice.settled retired, nobody waits": practice.settled(t, card(word=word, live=False)),
        "practice.rekeying": practice.rekeying(t, Rekeying(full.question, frozenset({1}), 12, 13)),
        "practice.rekeying the same": practice.rekeying(t, Rekeying(full.question, full.question.key, 12, 13)),
        "practice.rekeying one of several": practice.rekeying(t, Rekeying(several, frozenset({1}), 12, 13)),
        "practice.rekeying several": practice.rekeying(t, Rekeying(several, frozenset({0, 2, 3}), 12, 13)),
        "practice.rekeying true or false": practice.rekeying(
            t, Rekeying(question(Kind.TRUE_FALSE, word), frozenset({1}), 0, 0)
        ),
        "practice.ask_part": practice.ask_part(t, full),
        **{f"practice.ask_text {part}": practice.ask_text(t, full.question, part) for part in TextPart},
        "practice.ask_reason": practice.ask_reason(t, full),
        "practice.ask_retire": practice.ask_retire(t, full),
    }


def _messages(t: Texts, word: str) -> dict[str, Screen]:
    who, old = person(), question(word=word)
    change = AnswerChanged(replace(old, key=frozenset({1})), right_answer(old))
    flipped = AnswerChanged(
        replace(question(Kind.TRUE_FALSE, word), key=frozenset({1})), right_answer(question(Kind.TRUE_FALSE, word))
    )
    fixed = report(word=word, state=ReportState.FIXED)
    rejected = report(word=word, state=ReportState.REJECTED, reply=f"依据{word}")
    answers = {
        "key": ReportAnswered(fixed, old, change),
        "text": ReportAnswered(fixed, old, None, TextPart.STEM, old),
        "gone since": ReportAnswered(fixed, old),
        "rejected": ReportAnswered(rejected, old),
        "retired": ReportAnswered(report(word=word, state=ReportState.RETIRED), old),
    }
    return {
        "practice.changed": practice.changed(t, who, change, posted(), NOW, TZ),
        "practice.changed true or false": practice.changed(t, who, flipped, posted(), NOW, TZ),
        "practice.changed line": Screen(practice.changed_line(t, who, change, posted(), NOW, TZ)),
        **{f"practice.answered {name}": practice.answered(t, who, a, posted(), NOW, TZ) for name, a in answers.items()},
        **{
            f"practice.answered line {name}": Screen(practice.answered_line(t, who, a, posted(), NOW, TZ))
            for name, a in answers.items()
        },
    }
