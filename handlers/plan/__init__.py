"""The plan: /plan and everything behind it."""

from handlers.plan import doing, looking, managing
from handlers.plan.forms import form
from handlers.routes import Area

AREA = Area(
    "plan",
    {"plan": looking.show},
    {**looking.PRESSES, **doing.PRESSES, **managing.PRESSES},
    {"plan": form},
)
