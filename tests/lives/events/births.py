"""Children: born, born dead, adopted, recognised, legitimated."""

from dataclasses import replace
from datetime import time
from typing import Any

from loket.register.actions import BirthReport, acknowledgement, adoption, birth_letters, births, legitimation
from loket.register.actions.parties import Decision
from tests.lives.deeds import Deed
from tests.lives.hamlet import MARRIED, SINGLE, Hamlet, Person, in_words
from tests.lives.notes import Akta

FROM, TO = 19, 44


def court(h: Hamlet, days: int = 40) -> Decision:
    day = h.days_ago(days)
    return Decision("Pengadilan Negeri Contoh", f"{h.rng.randint(1, 999)}/Pdt.P/{day.year}", day)


def mothers(h: Hamlet) -> list[Person]:
    return [one for one in h.here() if one.sex == "P" and FROM <= h.age(one) <= TO]


def report_of(h: Hamlet, mother: Person, father: Person | None, **changes: Any) -> BirthReport:
    sex = h.rng.choice(("L", "P"))
    values = BirthReport(
        child_name=h.name(sex),
        child_sex=sex,
        birth_date=h.days_ago(100),
        birth_time=time(h.rng.randint(0, 23), 30),
        birth_place="KOTA CONTOH",
        birth_order=1,
        birth_kind="TUNGGAL",
        helper="BIDAN/PERAWAT",
        facility="RS/RB",
        weight_grams=3100,
        length_cm=49.5,
        mother_nik=mother.nik,
        father_nik=father.nik if father else "",
        father_name=father.name if father else "",
        father_birth_date=father.born if father else None,
        declared_couple=(father.nik, mother.nik) if father else None,
        reporter_nik=mother.nik,
        witness_niks=h.witnesses(),
        reported_on=h.today,
    )
    return replace(values, **changes)


def known_akta(h: Hamlet, case: str, entry: Any) -> None:
    h.notes.aktas.append(Akta(entry.number, "birth", case, (entry.resident_id,)))


def _spaced(h: Hamlet, mother: Person) -> bool:
    """No other child of hers within the last year."""
    born = [one.born for one in h.people.values() if one.mother == mother.nik]
    return not born or (h.today - max(born)).days > 480


def _born(h: Hamlet, mother: Person, father: Person | None, why: str, **changes: Any) -> Deed:
    report = report_of(h, mother, father, **changes)
    of = in_words(mother, father) if father else f"{mother} alone"
    return Deed(
        f"{why}: {report.child_name} ({report.child_sex}, b. {report.birth_date}) of {of}",
        lambda case: births.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        born=1,
        undo=h.town.revert,
        akta=True,
        note=known_akta,
    )


def birth(h: Hamlet) -> Deed | None:
    mother = h.one(one for one in mothers(h) if _spaced(h, one) and (h.partner(one) or h.chance(1)))
    if mother is None:
        return None
    father = h.partner(mother)
    if father is not None and father.status == "MATI":
        father = None
    if father is not None and h.age(father) < 18:
        return None
    return _born(h, mother, father, "birth")


def twin(h: Hamlet) -> Deed | None:
    """Another child of the same day with another name."""
    recent = [one for one in h.here() if one.mother and (h.today - one.born).days <= 100]
    for child in sorted(recent, key=lambda one: one.pk):
        mother = next((one for one in mothers(h) if one.nik == child.mother), None)
        if mother and mother.pk in h.places:
            return _born(h, mother, None, "twin", birth_date=child.born, birth_kind="KEMBAR 2")
    return None


def _letter(h: Hamlet, record: Any, what: str) -> Deed | None:
    mother = h.one(mothers(h))
    if mother is None:
        return None
    report = birth_letters.Report(
        mother_nik=mother.nik, mother_name=mother.name, father_nik="", father_name="",
        reporter_nik=mother.nik, sex=h.rng.choice(("L", "P")), day=h.days_ago(20), place="Kota Contoh",
        order=1, reported_on=h.today, field="lahir_mati_tanggal", details={},
    )  # fmt: skip
    return Deed(
        f"{what} of {mother}",
        lambda case: record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def stillbirth(h: Hamlet) -> Deed | None:
    return _letter(h, birth_letters.record_stillbirth, "stillbirth")


def birth_statement(h: Hamlet) -> Deed | None:
    return _letter(h, birth_letters.record_birth_statement, "statement of a birth")


def adoption_of(h: Hamlet, child: Person, father: Person, mother: Person, **changes: Any) -> Deed:
    report = adoption.Report(
        child_nik=child.nik, child_name=child.name, birth_number=child.akta, father_nik=father.nik,
        father_name=father.name, mother_nik=mother.nik, mother_name=mother.name, decision=court(h, 20),
        reported_on=h.today,
    )  # fmt: skip
    report = replace(report, **changes)
    return Deed(
        f"adoption of {child} by {in_words(father, mother)}",
        lambda case: adoption.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def couples(h: Hamlet) -> list[tuple[Person, Person]]:
    """Husbands and wives who both live here."""
    found = []
    for bond in h.notes.bonds:
        if not bond.ended_by and all(h.at_home(pk) for pk in bond.pair):
            found.append((h.people[bond.husband], h.people[bond.wife]))
    return found


def adopt(h: Hamlet) -> Deed | None:
    child = h.one(
        one for one in h.here() if h.age(one) < 16 and one.marital == SINGLE and h.relation(one) == "ANAK"
    )
    if child is None:
        return None
    parents = (child.father, child.mother)
    pair = h.one(
        both for both in couples(h)
        if all(one.nik not in parents and h.age(one) >= 30 and not h.akin(one, child) for one in both)
    )  # fmt: skip
    return adoption_of(h, child, *pair) if pair else None


def recognition_of(
    h: Hamlet, child: Person, father: Person, mother: Person | None, kind: str, **changes: Any
) -> Deed:
    """A child gets its father (pengakuan), or its parents' marriage (pengesahan)."""
    field = "pengakuan" if kind == "acknowledgement" else "pengesahan"
    report = acknowledgement.Report(
        child_nik=child.nik, child_name=child.name, birth_number=child.akta, father_nik=father.nik,
        father_name=father.name, mother_nik=child.mother, mother_name=mother.name if mother else "",
        wedding_day=child.born, officiant="PANDITA CONTOH", decision=court(h), reported_on=h.today,
        field=field,
    )  # fmt: skip
    report = replace(report, **changes)
    module = acknowledgement if kind == "acknowledgement" else legitimation

    def note(h: Hamlet, case: str, event: Any) -> None:
        h.notes.aktas.append(Akta(event.number, kind, case, (child.pk,)))

    def record(case: str) -> Any:
        return module.record(office=h.town.office, report=report, case_ref=case, by=h.town.by)

    return Deed(f"{kind} of {child} by {father}", record, akta=True, note=note)


def _man_for(h: Hamlet, child: Person) -> Person | None:
    return h.one(
        one for one in h.here()
        if one.sex == "L" and one.marital != MARRIED and (child.born - one.born).days > 19 * 366
    )  # fmt: skip


def acknowledge(h: Hamlet) -> Deed | None:
    child = h.one(one for one in h.here() if one.mother and not one.father_name and h.age(one) < 17)
    mother = next((one for one in h.here() if child and one.nik == child.mother), None)
    father = _man_for(h, child) if child else None
    if child is None or mother is None or father is None:
        return None
    return recognition_of(h, child, father, mother, "acknowledgement")


def legitimate(h: Hamlet) -> Deed | None:
    """A child whose father was recognised or known, once the state has recorded the marriage."""
    for husband, wife in couples(h):
        child = h.one(
            one for one in h.here()
            if one.mother == wife.nik and one.father in ("", husband.nik) and h.age(one) < 17
            and (one.father or not one.father_name) and (one.born - husband.born).days > 19 * 366
        )  # fmt: skip
        if child:
            return recognition_of(h, child, husband, wife, "legitimation")
    return None
