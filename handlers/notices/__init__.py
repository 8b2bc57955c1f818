"""Notices: who answers which button, command and form."""

from collections.abc import Mapping

from domain.people import Role
from handlers import home
from handlers.context import Context
from handlers.notices import following, reading, writing
from handlers.notices.common import off, or_card
from handlers.reply import Reply
from handlers.routes import Area, FormHandler, Press, number
from handlers.said import Said
from services import notices as service
from services.notices import Step
from storage.drafts import Draft
from views import notices as views


async def form(context: Context, draft: Draft, said: Said) -> Reply:
    """What is sent while a form of this area is open."""
    return await STEPS[Step(draft.step)](context, draft, said)


STEPS: Mapping[Step, FormHandler] = {
    Step.MESSAGE: writing.take_message,
    Step.PREVIEW: writing.take_message,
    Step.REASON: writing.take_reason,
    Step.TIME: writing.take_time,
    Step.RETURN: following.take_return,
    Step.CORRECTION: following.take_correction,
}


def _role(text: str) -> Role | None:
    return None if text == views.ANY else Role(text)


def _where(text: str) -> str:
    if text not in {views.PUSHED, views.LISTED, views.NUDGED}:
        raise ValueError(text)
    return text


def _hex(text: str) -> str:
    if not (text.isascii() and text.isalnum() and len(text) == 12):
        raise ValueError(text)
    return text


AREA = Area(
    "notice",
    {"notice": reading.shelf},
    {
        "list": Press(off(reading.shelf)),
        "open": Press(off(reading.opened), (number,)),
        "got": Press(reading.got, (number, number, _where)),
        "write": Press(off(writing.write), (number,)),
        "to": Press(or_card(writing.to), (number, number)),
        "pick": Press(or_card(writing.pick), (number, number)),
        "narrow": Press(or_card(writing.narrow), (number, number, _role, number)),
        "unheard": Press(or_card(writing.unheard), (number,)),
        "after": Press(or_card(writing.after), (number, number)),
        "preview": Press(or_card(off(writing.preview)), (number,)),
        "full": Press(writing.full, (number,)),
        "confirm": Press(or_card(writing.confirm), (number, number)),
        "urgent": Press(or_card(writing.urgent), (number,)),
        "calm": Press(or_card(writing.calm), (number,)),
        "time": Press(or_card(writing.time), (number,)),
        "now": Press(or_card(writing.at_once), (number,)),
        "drop": Press(writing.drop, (number,)),
        "send": Press(writing.send, (number, number)),
        "templates": Press(writing.templates),
        "template": Press(writing.template, (number,)),
        "use": Press(writing.use, (number,)),
        "save": Press(writing.save, (number,)),
        "untemplate": Press(writing.untemplate, (number,)),
        "approval": Press(following.approval, (number, number)),
        "agree": Press(following.agree, (number, number)),
        "return": Press(following.send_back, (number, number)),
        "written": Press(off(following.written), (number,)),
        "card": Press(following.card, (number,)),
        "who": Press(off(following.who), (number,)),
        "resend": Press(following.resend, (number,)),
        "nudge": Press(following.nudge, (number, number)),
        "cascade": Press(following.cascade, (number,)),
        "told": Press(reading.told, (number, number)),
        "correct": Press(or_card(off(following.correct)), (number,)),
        "correction": Press(off(following.correction), (number,)),
        "corrected": Press(following.corrected, (number, _hex)),
        "uncorrect": Press(following.uncorrect, (number,)),
        "recall": Press(off(following.recall), (number,)),
        "recalled": Press(following.recalled, (number,)),
        "cancel": Press(following.cancel, (number,)),
        "leave": Press(off(home.show)),
    },
    {service.KIND: form},
)
