"""Who does something: a citizen, a member of staff, or Loket itself."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Actor:
    """The one on whose behalf an action runs, with what they may do at which office.

    `name` is shown to people; `ref` (`account:7`, `system`) is what is stored.
    """

    kind: Literal["citizen", "staff", "system"]
    ref: str
    name: str
    office: str = ""
    roles: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    # Where they work, by the key of the site; None at the office's main place.
    site: int | None = None

    def may(self, right: str, office: str) -> bool:
        """Whether the actor has `right` (see offices.rules.Right) at the office with code `office`."""
        return self.kind == "staff" and self.office == office and right in self.rights


SYSTEM = Actor(kind="system", ref="system", name="Sistem")
# Whoever may type commands on the machine itself.
OPERATOR = Actor(kind="system", ref="cli", name="Operator")
