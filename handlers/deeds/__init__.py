"""Good deeds: /deed, what is offered for a stray photo or line, and everything behind it."""

from handlers.deeds import logging, signing
from handlers.deeds.logging import received
from handlers.routes import Area
from services import deeds as service

AREA = Area("deeds", {"deed": logging.menu}, {**logging.PRESSES, **signing.PRESSES}, {service.FORM: logging.take})

__all__ = ["AREA", "received"]
