"""What the shape alone cannot tell: names that exist, steps in order, conditions that can hold."""

from loket.catalogue.loader.checks.offices import book_problems, fine_problems, role_problems
from loket.catalogue.loader.checks.procedures import procedure_problems
from loket.catalogue.loader.checks.services import (
    layout_problems,
    service_problems,
    shared_menus,
    text_problems,
    unused_procedures,
)
from loket.catalogue.loader.checks.shared import MENU, condition_problems, repeated
from loket.catalogue.loader.checks.times import deadline_problems
from loket.catalogue.loader.checks.variants import field_problems, making_problems, variant_problems

__all__ = [
    "MENU",
    "book_problems",
    "fine_problems",
    "condition_problems",
    "deadline_problems",
    "field_problems",
    "layout_problems",
    "making_problems",
    "procedure_problems",
    "repeated",
    "role_problems",
    "service_problems",
    "shared_menus",
    "text_problems",
    "unused_procedures",
    "variant_problems",
]
