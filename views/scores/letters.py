"""What scores say first: somebody is asked to sign or to reply; whom it concerns and whoever proposed it hear of it."""

from datetime import tzinfo

from domain.outbox import Item
from domain.people import Person
from domain.scores.shown import Card, News
from views.scores.entries import brief, card, told
from views.screen import Screen
from views.texts import Html, Texts


def asked(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """A signature or a reply is asked for."""
    return card(t, shown, tz)


def asked_line(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t("scores.appealed_line" if shown.entry.appeal else "scores.asked_line", brief=brief(t, shown.entry))


def news(t: Texts, _person: Person, shown: News, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """To whom the entry concerns."""
    return told(t, shown.card, shown.step, tz, concerned=True)


def news_line(t: Texts, _person: Person, shown: News, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t(f"scores.told_line.{shown.step.kind}", brief=brief(t, shown.card.entry))


def answer(t: Texts, _person: Person, shown: News, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """To whoever proposed it."""
    return told(t, shown.card, shown.step, tz, concerned=False)


def answer_line(t: Texts, _person: Person, shown: News, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t(f"scores.answer_line.{shown.step.kind}", brief=brief(t, shown.card.entry))
