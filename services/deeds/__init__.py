"""Good deeds: logging, two signatures, thanks and the honour roll, local copies of pictures."""

from content.table_format import Format
from domain.deeds import Deed, may_log
from services.deeds.changing import (
    await_words,
    drop_photos,
    open_,
    places,
    set_kind,
    set_place,
    set_time,
    submit,
    switch_tag,
    take_words,
    to_sort,
    withdraw,
)
from services.deeds.common import FORM, waiting
from services.deeds.form import Sent, Step, When, subject
from services.deeds.keeping import KEPT_DRAFTS, Keeping, forget, keep_copy, not_kept, to_copy
from services.deeds.letters import ask_letter, expand_honour, honour_letter, returned_letter, thanks_letter
from services.deeds.logging import offer, stale, start, take
from services.deeds.looking import agree, card, export, figures, honour_roll, menu, next_waiting, photo
from services.deeds.sharing import choosing, set_witness, switch_person
from services.deeds.signing import ask_reason, batch, give_back, sign, sign_batch, signable, take_reason

__all__ = [
    "FORM",
    "KEPT_DRAFTS",
    "Deed",
    "Format",
    "Keeping",
    "Sent",
    "Step",
    "When",
    "agree",
    "ask_letter",
    "ask_reason",
    "await_words",
    "batch",
    "card",
    "choosing",
    "drop_photos",
    "expand_honour",
    "export",
    "figures",
    "forget",
    "give_back",
    "honour_letter",
    "honour_roll",
    "keep_copy",
    "may_log",
    "menu",
    "next_waiting",
    "not_kept",
    "offer",
    "open_",
    "photo",
    "places",
    "returned_letter",
    "set_kind",
    "set_place",
    "set_time",
    "set_witness",
    "sign",
    "sign_batch",
    "signable",
    "stale",
    "start",
    "subject",
    "submit",
    "switch_person",
    "switch_tag",
    "take",
    "take_reason",
    "take_words",
    "thanks_letter",
    "to_copy",
    "to_sort",
    "waiting",
    "withdraw",
]
