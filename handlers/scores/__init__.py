"""Scores: /score and everything behind it."""

from handlers.routes import Area
from handlers.scores import entries, proposing, units
from services import scores as service

AREA = Area(
    "scores",
    {"score": entries.show},
    {**entries.PRESSES, **proposing.PRESSES, **units.PRESSES},
    {service.FORM: entries.take, service.TABLE_FORM: units.take_table},
)
