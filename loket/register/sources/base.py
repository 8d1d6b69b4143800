"""What a source has to say."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.rules.numbering import Wanted

Want = Wanted


class Source(ABC):
    """One way in which numbers and documents come to be."""

    # As the standards name it.
    name: ClassVar[str]
    # Whether Loket makes the documents and signs them, or waits for the files signed elsewhere.
    issues: ClassVar[bool]

    @abstractmethod
    def wanted(self, *, office: Office, case_ref: str, event: Callable[[], None]) -> Sequence[Wanted]:
        """The numbers that somebody has to enter before `event` can be recorded, in the order it asks.

        Raises what `event` refuses. Nothing is changed.
        """

    @abstractmethod
    def numbers(
        self, *, office: Office, case_ref: str, given: Mapping[str, str], by: Actor
    ) -> AbstractContextManager[None]:
        """Within the block events get their numbers from here; `given` is what was entered, by slot."""
