"""What is wrong or odd about the numbers of a case, and what a supervisor has said to it."""

from dataclasses import dataclass

from loket.cases.models import Case
from loket.cases.rules.numbers import WrittenNumber, written_numbers
from loket.catalogue.queries import definition
from loket.catalogue.rules import Variant
from loket.core.identity import Finding
from loket.offices.queries import area_names
from loket.register.models import AcceptedNumber
from loket.register.queries import accepted_numbers


@dataclass(frozen=True)
class OddNumber:
    """A number of the answers with what is found about it; `accepted` where a supervisor gave a reason."""

    number: WrittenNumber
    finding: Finding
    accepted: AcceptedNumber | None = None

    @property
    def waits(self) -> bool:
        """Whether the case cannot go on because of it."""
        return self.finding.level == "override" and self.accepted is None


def _numbers(case: Case, variant: Variant) -> list[WrittenNumber]:
    return written_numbers(variant.forms, case.answers, definition(case.revision).choices)


def impossible_numbers(case: Case, variant: Variant) -> list[OddNumber]:
    """The numbers that cannot have been issued so, each once. One query where there are any."""
    found = {}
    for number in _numbers(case, variant):
        if finding := number.impossible:
            found.setdefault((number.digits, finding.code), (number, finding))
    if not found:
        return []
    accepted = accepted_numbers(case.office, {digits for digits, _ in found})
    return [OddNumber(number, finding, accepted.get(key)) for key, (number, finding) in found.items()]


def number_warnings(case: Case, variant: Variant) -> list[OddNumber]:
    """What is only odd about the numbers of the answers; it stops nobody. One query where there are
    numbers."""
    numbers = _numbers(case, variant)
    if not numbers:
        return []
    regions = area_names({code for number in numbers for code in number.region_codes})
    return [
        OddNumber(number, finding)
        for number in numbers
        for finding in number.findings(regions)
        if finding.level == "warn"
    ]
