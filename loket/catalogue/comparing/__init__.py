"""What changed between two states of the standards, in words that a section head understands.

Every field of every part has its words (`told` in `words`), so no difference is passed over in silence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from loket.catalogue.comparing.offices import office_changes
from loket.catalogue.comparing.services import service_list_changes
from loket.catalogue.comparing.steps import Roles
from loket.catalogue.comparing.words import matched, quoted
from loket.catalogue.rules import Service, in_number_order
from loket.offices.rules import OfficeFile

__all__ = ["Change", "State", "changes", "changes_text"]


@dataclass(frozen=True)
class State:
    """Offices with their services, as they were or are."""

    offices: Sequence[OfficeFile]
    services: Sequence[Service]


@dataclass(frozen=True)
class Change:
    """One change. `service` is "" where it concerns the office, `variant` where the whole service."""

    office: str
    service: str
    variant: str
    text: str

    def as_dict(self) -> dict[str, str]:
        """For `--json`."""
        return asdict(self)


def changes(old: State, new: State) -> list[Change]:
    """Everything that changed from `old` to `new`, office by office, service by service."""
    return list(_changes(old, new))


def _changes(old: State, new: State) -> Iterator[Change]:
    came, gone, stayed = matched(old.offices, new.offices, lambda office: office.office)
    for office in came:
        count = sum(service.office == office.office for service in new.services)
        text = f"Kantor baru: {quoted(office.name)} dengan {count} layanan."
        yield Change(office.office, "", "", text)
    for office in gone:
        yield Change(office.office, "", "", f"Kantor {quoted(office.name)} tidak ada lagi.")
    for before, now in stayed:
        for sentence in office_changes(before, now):
            yield Change(now.office, "", "", sentence)
        roles = Roles(*({role.role: role.name for role in office.roles} for office in (before, now)))
        found = service_list_changes(
            [service for service in old.services if service.office == before.office],
            [service for service in new.services if service.office == now.office],
            roles,
        )
        yield from (Change(now.office, service, variant, text) for service, variant, text in found)


def changes_text(found: Sequence[Change], old: State, new: State) -> str:
    """Changes as a text: offices, services, and under them what concerns which variants."""
    if not found:
        return "Tidak ada perubahan.\n"
    offices = {office.office: office.short_name for office in (*old.offices, *new.offices)}
    services = {(item.office, item.service): item for item in (*old.services, *new.services)}
    lines: list[str] = []
    for code in dict.fromkeys(change.office for change in found):
        lines += ["", offices[code]]
        mine = [change for change in found if change.office == code]
        for slug in sorted(
            {change.service for change in mine}, key=lambda slug: _place(services, code, slug)
        ):
            about = [change for change in mine if change.service == slug]
            if not slug:
                lines += [f"  - {change.text}" for change in about]
                continue
            service = services[code, slug]
            lines += ["", f"  {service.number}. {service.name}", *_by_variants(about, service)]
    return "\n".join(lines[1:]) + "\n"


def _place(services: Mapping[tuple[str, str], Service], office: str, slug: str) -> tuple[list[int], str]:
    """The office itself first, then by the office's own numbers: 10 after 9."""
    return in_number_order(services[office, slug].number if slug else "")


def _by_variants(about: Sequence[Change], service: Service) -> Iterator[str]:
    """What concerns the whole service, then each sentence once with the variants that it concerns."""
    yield from (f"  - {change.text}" for change in about if not change.variant)
    concerned: dict[str, list[str]] = {}
    for change in about:
        if change.variant:
            concerned.setdefault(change.text, []).append(change.variant)
    together: dict[tuple[str, ...], list[str]] = {}
    for text, variants in concerned.items():
        together.setdefault(tuple(variants), []).append(text)
    names = {variant.variant: variant.name for variant in service.variants}
    for variants, texts in together.items():
        every = len(names) > 1 and set(variants) == set(names)
        title = "Semua varian" if every else "; ".join(names.get(slug, slug) for slug in variants)
        yield f"    {title}:"
        yield from (f"    - {text}" for text in texts)
