"""Marriages, their end, and deaths."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from loket.register.actions import (
    citizenship_loss,
    death,
    divorce,
    divorce_annulment,
    marriage,
    marriage_annulment,
)
from loket.register.actions.marriage_end import Report as EndReport
from loket.register.actions.parties import Decision, Party
from tests.lives.deeds import Deed
from tests.lives.events.births import court
from tests.lives.hamlet import SINGLE, Hamlet, Person, in_words
from tests.lives.notes import ANNULMENT, DIVORCE, DIVORCED, Akta, Bond

FROM = 21
# Longer than any waiting time after a death or a divorce.
WAIT = 320
# Consent for who is under 21, and the akta of how the marriage before ended: asked of whom they concern.
PAPERS = marriage.Papers(consent="WALI CONTOH", former="AK.500.0054321")


def party(person: Person) -> Party:
    return Party(name=person.name, nik=person.nik, birth_place="KOTA CONTOH", birth_date=person.born)


def free(h: Hamlet, person: Person) -> bool:
    """Whether somebody may marry again, with decency."""
    last = h.notes.last_bond(person.pk)
    over = last is None or (last.ended_on is not None and (h.today - last.ended_on).days > WAIT)
    return over and not person.marital.startswith("KAWIN") and FROM <= h.age(person) <= 60


def matches(h: Hamlet, *, muslim: bool) -> tuple[Person, Person] | None:
    """A man and a woman who may marry, of one religion."""
    single = [one for one in h.here() if free(h, one) and one.nationality == "WNI"]
    single = [one for one in single if (one.religion == "ISLAM") == muslim]
    man = h.one(one for one in single if one.sex == "L")
    woman = h.one(
        one for one in single
        if man and one.sex == "P" and one.religion == man.religion and not h.akin(one, man)
    )  # fmt: skip
    return (man, woman) if man and woman else None


def wedding_of(h: Hamlet, man: Person, woman: Person, why: str = "marriage", **changes: Any) -> Deed:
    day = h.days_ago(3)
    report = marriage.Report(
        husband=party(man), wife=party(woman), day=day, place="Kota Contoh", religion=man.religion,
        officiant="PANDITA CONTOH", dispensation=Decision(), witness_niks=h.witnesses(), reported_on=h.today,
        abroad=False, details={}, papers=(PAPERS, PAPERS),
    )  # fmt: skip
    report = replace(report, **changes)

    def record(case: str) -> Any:
        return marriage.record(office=h.town.office, report=report, case_ref=case, by=h.town.by)

    def note(h: Hamlet, case: str, event: Any) -> None:
        h.notes.bonds.append(Bond(man.pk, woman.pk, report.day, case, event.number, here=True))
        h.notes.aktas.append(Akta(event.number, "marriage", case, (man.pk, woman.pk)))

    return Deed(f"{why}: {in_words(man, woman)}", record, akta=True, note=note)


def marry(h: Hamlet) -> Deed | None:
    pair = matches(h, muslim=False)
    return wedding_of(h, *pair) if pair else None


def marry_young(h: Hamlet) -> Deed | None:
    """Below 19, with a court's dispensation."""
    girl = h.one(
        one for one in h.here()
        if one.sex == "P" and 17 <= h.age(one) < 19 and one.marital == SINGLE and one.religion != "ISLAM"
    )  # fmt: skip
    man = h.one(
        one for one in h.here()
        if girl and one.sex == "L" and free(h, one) and one.religion == girl.religion
        and not h.akin(one, girl)
    )  # fmt: skip
    if girl is None or man is None:
        return None
    return wedding_of(h, man, girl, "marriage by dispensation", dispensation=court(h, 10))


def end_of(
    h: Hamlet, module: Any, kind: str, pair: tuple[Person, Person], number: str, **changes: Any
) -> EndReport:
    fields = {"divorce": "perceraian", "marriage_annulment": "pembatalan_perkawinan",
              "divorce_annulment": "pembatalan_perceraian"}  # fmt: skip
    report = EndReport(
        husband=party(pair[0]), wife=party(pair[1]), record_number=number, record_date=h.days_ago(300),
        decision=court(h, 20), reported_on=h.today, field=fields[kind],
        record_field=f"{fields[kind]}_nomor_akta", details={},
    )  # fmt: skip
    return replace(report, **changes)


def _ending(h: Hamlet, module: Any, kind: str, bond: Bond, number: str, **changes: Any) -> Deed:
    pair = (h.people[bond.husband], h.people[bond.wife])
    report = end_of(h, module, kind, pair, number, **changes)

    def record(case: str) -> Any:
        return module.record(office=h.town.office, report=report, case_ref=case, by=h.town.by)

    def note(h: Hamlet, case: str, event: Any) -> None:
        if kind == "divorce":
            h.notes.end(bond, how=DIVORCE, case=case, day=h.today, number=event.number)
            h.notes.aktas.append(Akta(event.number, kind, case, bond.pair))
        elif kind == "marriage_annulment":
            h.notes.end(bond, how=ANNULMENT, case=case, day=h.today)
        else:
            h.notes.restore(bond, case)

    akta = kind == "divorce"
    return Deed(
        f"{kind} of {in_words(*pair)}, akta {number}", record, note=note,
        undo=None if akta else h.town.revert, akta=akta,
    )  # fmt: skip


def _bonds(h: Hamlet) -> list[Bond]:
    """Recorded marriages of two who live and of whom one lives here."""

    def both(bond: Bond) -> list[Person]:
        return [h.people[pk] for pk in bond.pair]

    return [
        bond for bond in h.notes.bonds
        if not bond.ended_by and bond.recorded and (bond.day is None or (h.today - bond.day).days > 60)
        and all(one.status != "MATI" and one.office == h.town.office.code for one in both(bond))
        and any(h.at_home(pk) for pk in bond.pair)
    ]  # fmt: skip


def divorce_them(h: Hamlet) -> Deed | None:
    bond = h.one(bond for bond in _bonds(h) if h.people[bond.husband].religion != "ISLAM")
    return _ending(h, divorce, "divorce", bond, bond.number or "AK.500.0012345") if bond else None


def annul_marriage(h: Hamlet) -> Deed | None:
    bond = h.one(bond for bond in _bonds(h) if bond.number)
    return _ending(h, marriage_annulment, "marriage_annulment", bond, bond.number) if bond else None


def annul_divorce(h: Hamlet) -> Deed | None:
    bond = h.one(
        bond for bond in h.notes.bonds
        if bond.divorce_number
        and all(h.notes.last_bond(pk) is bond and h.people[pk].marital == DIVORCED for pk in bond.pair)
        and all(h.people[pk].status != "MATI" for pk in bond.pair) and any(h.at_home(pk) for pk in bond.pair)
    )  # fmt: skip
    if bond is None:
        return None
    return _ending(h, divorce_annulment, "divorce_annulment", bond, bond.divorce_number)


# Deaths


def death_report(h: Hamlet, person: Person, successor: str, **changes: Any) -> death.Report:
    values = death.Report(
        name=person.name, nik=person.nik, day=h.days_ago(25, h.latest(person)), time="07:30",
        place="Kota Contoh",
        cause="SAKIT BIASA/TUA", stated_by="DOKTER", successor_nik=successor,
        reporter_nik="9971030101700093", witness_niks=h.witnesses(), reported_on=h.today,
    )  # fmt: skip
    return replace(values, **changes)


def death_of(h: Hamlet, person: Person, successor: str, kind: str = "death", **changes: Any) -> Deed:
    report = death_report(h, person, successor, **changes)
    known = h.known_couples([person])
    act = death.record if kind == "death" else death.record_statement

    def record(case: str) -> Any:
        return act(office=h.town.office, report=report, case_ref=case, by=h.town.by)

    def note(h: Hamlet, case: str, event: Any) -> None:
        h.notes.widow([person.pk], case, h.today, known)
        if kind == "death":
            h.notes.aktas.append(Akta(event.number, kind, case, (person.pk,)))
        else:
            h.notes.stated.append((case, person.pk, report))

    return Deed(
        f"{kind} of {person}" + (f", followed by NIK {successor}" if successor else ""), record, died=1,
        undo=None if kind == "death" else _revert_statement(h),
        akta=kind == "death", note=note,
    )  # fmt: skip


def _revert_statement(h: Hamlet) -> Any:
    return lambda case: death.revert_statement(case_ref=case, by=h.town.by)


def mortal(h: Hamlet) -> tuple[Person, str] | None:
    """Somebody who dies, the old more often, and who follows as head."""
    people = h.here()
    person = h.one(people) if h.chance(3) else h.one(sorted(people, key=lambda one: one.born)[:12])
    if person is None:
        return None
    may, successor = h.successor([person])
    return (person, successor) if may else None


def die(h: Hamlet) -> Deed | None:
    found = mortal(h)
    return death_of(h, *found) if found else None


def die_stated(h: Hamlet) -> Deed | None:
    found = mortal(h)
    return death_of(h, *found, kind="death_statement") if found else None


def akta_after_statement(h: Hamlet) -> Deed | None:
    """The akta of a death for which a letter was given before."""
    done = {pk for akta in h.notes.aktas if akta.kind.startswith("death") for pk in akta.people}
    found = h.one((pk, report) for _, pk, report in h.notes.stated if pk not in done)
    if found is None:
        return None
    pk, stated = found
    report = replace(stated, reported_on=h.today)

    def record(case: str) -> Any:
        return death.record(office=h.town.office, report=report, case_ref=case, by=h.town.by)

    def note(h: Hamlet, case: str, event: Any) -> None:
        h.notes.aktas.append(Akta(event.number, "death after statement", case, (pk,)))

    return Deed(f"akta of the death of {h.people[pk]}", record, akta=True, note=note)


def stranger_dies(h: Hamlet) -> Deed | None:
    """Somebody whom the register does not know."""
    report = death.Report(
        name="TANPA NAMA", nik="", day=h.days_ago(10), time="", place="Pantai Contoh", cause="LAINNYA",
        stated_by="KEPOLISIAN", successor_nik="", reporter_nik="9971030101700093", witness_niks=h.witnesses(),
        reported_on=h.today, basis="Surat Keterangan Kepolisian 1/2026", sex="L",
    )  # fmt: skip

    def record(case: str) -> Any:
        return death.record(office=h.town.office, report=report, case_ref=case, by=h.town.by)

    return Deed("death of somebody unknown", record, akta=True)


def citizenship_of(h: Hamlet, person: Person, successor: str) -> Deed:
    report = citizenship_loss.Report(
        nik=person.nik, name=person.name, citizenship="Negeri Jauh", record_number="", authority="Menteri",
        decision_number="1/2026", decision_date=h.days_ago(30), successor_nik=successor, reported_on=h.today,
    )  # fmt: skip
    return Deed(
        f"citizenship given up by {person}",
        lambda case: citizenship_loss.record(
            office=h.town.office, report=report, case_ref=case, by=h.town.by
        ),
        went=1, undo=h.town.revert,
    )  # fmt: skip


def give_up_citizenship(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.adults() if one.nationality == "WNI")
    may, successor = h.successor([person]) if person else (False, "")
    return citizenship_of(h, person, successor) if person and may else None


def tomorrow(h: Hamlet) -> Any:
    return h.today + timedelta(days=1)
