"""What comes beside an akta: a new name, a correction, an annulment; and births out of the ordinary."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from loket.register.actions import (
    annulments,
    births_abroad,
    corrections,
    foundlings,
    name_change,
)
from tests.lives.deeds import Deed
from tests.lives.events.births import court, known_akta, mothers, report_of
from tests.lives.hamlet import ALIVE, Hamlet, Person
from tests.lives.notes import DEATH, Akta

ENTRY = "register_civilrecord"


def entry_of(h: Hamlet, akta: Akta) -> dict[str, Any]:
    """The entry of an akta in its book."""
    found = (row for (table, _), row in h.rows.items() if table == ENTRY and row["number"] == akta.number)
    return next(found)


def _standing(h: Hamlet, kinds: tuple[str, ...], status: str) -> list[tuple[Akta, Person]]:
    """Aktas that hold, each with the one of this office whose it is, alive or dead."""
    home = h.town.office.code
    return [
        (akta, person)
        for akta in h.notes.aktas
        if akta.kind in kinds and (person := h.people.get(akta.people[0]))
        and person.office == home and person.status == status and not entry_of(h, akta)["facts"].get("ended")
    ]  # fmt: skip


def _guardian(h: Hamlet, person: Person) -> str:
    return h.witnesses()[0] if h.age(person) < 21 else ""


def renaming(h: Hamlet, person: Person, number: str, name: str, why: str = "", **changes: Any) -> Deed:
    report = name_change.Report(
        nik=person.nik, name=person.name, new_name=name, record_number=number,
        guardian_nik=_guardian(h, person), decision=court(h, 20), reported_on=h.today,
    )  # fmt: skip
    report = replace(report, **changes)
    return Deed(
        f"{why}{person} is called {name} from now on",
        lambda case: name_change.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def rename(h: Hamlet) -> Deed | None:
    found = h.one(_standing(h, ("birth",), ALIVE))
    if found is None:
        return None
    name = h.name(found[1].sex)
    return renaming(h, found[1], found[0].number, name) if name != found[1].name else None


def correcting(h: Hamlet, person: Person, number: str, before: str, why: str = "") -> Deed:
    after = f"KOTA NOMOR {h.rng.randint(1, 999_999)}"
    report = corrections.Report(
        nik=person.nik, name=person.name, record_number=number, element="TEMPAT LAHIR", before=before,
        after=after, guardian_nik=_guardian(h, person), reported_on=h.today,
    )  # fmt: skip
    return Deed(
        f"{why}akta {number} of {person} says {after} instead of {before}",
        lambda case: corrections.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def correct(h: Hamlet) -> Deed | None:
    """A slip of the pen in an akta kelahiran: where the child was born."""
    found = h.one(_standing(h, ("birth",), ALIVE))
    if found is None:
        return None
    akta, person = found
    written = entry_of(h, akta)["facts"]["child"]["birth_place"]
    return correcting(h, person, akta.number, written)


def annulling(h: Hamlet, person: Person, akta: Akta, why: str = "") -> Deed:
    report = annulments.Report(
        nik=person.nik, name=person.name, record_number=akta.number, decision=court(h, 10),
        reported_on=h.today, number_field="pembatalan_akta_nomor", decided_field="pembatalan_akta_tanggal",
        reason="KELIRU",
    )  # fmt: skip
    alive = akta.kind == "death" and not why

    def note(h: Hamlet, case: str, event: Any) -> None:
        for bond in h.notes.bonds:
            if alive and bond.ended_by == akta.case and bond.how == DEATH:
                h.notes.restore(bond, case)

    return Deed(
        f"{why}akta {akta.number} ({akta.kind}) of {person} annulled",
        lambda case: annulments.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        died=-1 if alive else 0, undo=h.town.revert, late=True, note=note,
    )  # fmt: skip


def annul(h: Hamlet) -> Deed | None:
    """A court says that an akta was wrong: the dead live, a father is none."""
    living = _standing(h, ("birth", "acknowledgement", "legitimation"), ALIVE)
    found = h.one(_standing(h, ("death",), "MATI") if h.chance(6) else living)
    return annulling(h, found[1], found[0]) if found else None


def annul_twice(h: Hamlet) -> Deed | None:
    home = h.town.office.code
    ended = [akta for akta in h.notes.aktas if entry_of(h, akta)["facts"].get("ended")]
    akta = h.one(one for one in ended if one.kind in ("birth", "death", "acknowledgement"))
    person = h.people.get(akta.people[0]) if akta else None
    return annulling(h, person, akta, "twice: ") if akta and person and person.office == home else None


def find_a_child(h: Hamlet) -> Deed | None:
    guardian = h.one(one for one in h.here() if h.age(one) >= 30)
    if guardian is None:
        return None
    sex = h.rng.choice(("L", "P"))
    born = h.days_ago(50)
    report = foundlings.Report(
        child_name=h.name(sex), child_sex=sex, birth_date=born, birth_place="KOTA CONTOH", found_on=born,
        found_at="Pasar Contoh", police="Polsek Contoh", police_number=f"LP/{h.town.next_number()}/2026",
        police_date=born, guardian_nik=guardian.nik, guardian_name=guardian.name, reporter_nik=guardian.nik,
        declarant_nik="", religion=guardian.religion, witness_niks=h.witnesses(),
        reported_on=h.today, details={},
    )  # fmt: skip
    return Deed(
        f"{report.child_name} (b. {born}) was found, {guardian} cares for the child",
        lambda case: foundlings.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        born=1, undo=h.town.revert, akta=True, note=known_akta,
    )  # fmt: skip


def birth_abroad(h: Hamlet) -> Deed | None:
    mother = h.one(mothers(h))
    if mother is None:
        return None
    birth = report_of(h, mother, None, birth_date=h.days_ago(90) - timedelta(days=30))
    report = births_abroad.Report(
        birth=birth, country="NEGERI JAUH", proof_number=f"B{h.town.next_number():06d}",
        proof_date=birth.birth_date + timedelta(days=7), mission="", mission_number="", mission_date=None,
        returned_on=h.today - timedelta(days=5),
    )  # fmt: skip
    return Deed(
        f"birth abroad: {birth.child_name} (b. {birth.birth_date}) of {mother}",
        lambda case: births_abroad.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        born=1, undo=h.town.revert,
    )  # fmt: skip


# Refused


def rename_with_another_akta(h: Hamlet) -> Deed | None:
    found, other = h.one(_standing(h, ("birth",), ALIVE)), h.one(h.adults())
    if found is None or other is None or other.pk in found[0].people:
        return None
    return renaming(h, other, found[0].number, h.name(other.sex), "another's akta: ")


def rename_to_the_same(h: Hamlet) -> Deed | None:
    found = h.one(_standing(h, ("birth",), ALIVE))
    return renaming(h, found[1], found[0].number, found[1].name, "no new name: ") if found else None


def correct_what_is_not_written(h: Hamlet) -> Deed | None:
    found = h.one(_standing(h, ("birth",), ALIVE))
    return correcting(h, found[1], found[0].number, "KOTA LAIN SEKALI", "not so written: ") if found else None
