"""Our own register: Loket allocates the numbers, makes the documents and has them signed."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.rules.numbering import Wanted
from loket.register.sources.base import Source


class OwnRegister(Source):
    """Numbers from our counter rows (`register.actions.numbers`, `books`)."""

    name: ClassVar[str] = "own"
    issues: ClassVar[bool] = True

    def wanted(self, *, office: Office, case_ref: str, event: Callable[[], None]) -> Sequence[Wanted]:
        """Nobody has to enter anything."""
        return []

    def numbers(
        self, *, office: Office, case_ref: str, given: Mapping[str, str], by: Actor
    ) -> AbstractContextManager[None]:
        """Allocated as the event asks for them."""
        return nullcontext()
