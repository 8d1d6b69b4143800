"""Cards, letters and kutipan: what changes a document rather than a family; foreigners and the vulnerable."""

from datetime import date, timedelta
from typing import Any

from loket.register.actions import note_biometrics
from loket.register.actions.access import AccessRequest, record_access
from loket.register.actions.cards import CardOrder, record_card
from loket.register.actions.extracts import Report, record_reissue, record_statement
from loket.register.actions.foreigners import (
    ForeignResidence,
    record_foreign_residence,
)
from loket.register.actions.permits import Permit
from loket.register.actions.vulnerable import Substitute, record_identity_substitute
from tests.lives.deeds import Deed
from tests.lives.events.households import biodata
from tests.lives.hamlet import Hamlet, Person


def biometrics(h: Hamlet) -> Deed | None:
    """Noted once; there is nothing to undo."""
    person = h.one(one for one in h.adults() if one.recorded is None)
    return recording(h, person) if person else None


def recording(h: Hamlet, person: Person, why: str = "") -> Deed:
    return Deed(
        f"{why}biometrics of {person}",
        lambda case: note_biometrics(office=h.town.office, nik=person.nik, case_ref=case, by=h.town.by),
        once=True,
    )


def card_for(h: Hamlet, kind: str, person: Person, why: str = "", cause: Any = None) -> Deed:
    order = CardOrder(kind, person.nik, person.name, "pemohon_nik", cause)
    return Deed(
        f"{why}{kind} for {person}",
        lambda case: record_card(office=h.town.office, order=order, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def _holds(h: Hamlet, person: Person, kind: str, until: date = date.min) -> bool:
    """Whether somebody holds a document of a kind that counts, on that day still."""
    return any(
        row["resident_id"] == person.pk
        and row["kind"] == kind
        and row["state"] == "in_force"
        and date.fromisoformat(row["valid_until"] or "9999-12-31") >= until
        for (table, _), row in h.rows.items()
        if table == "register_helddocument"
    )


def id_card_new(h: Hamlet) -> Deed | None:
    person = h.one(
        one for one in h.here() if h.grown(one) and one.recorded and not one.card and one.nationality == "WNI"
    )
    return card_for(h, "id_card_new", person) if person else None


def id_card_replaced(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.here() if h.grown(one) and one.card and one.nationality == "WNI")
    return card_for(h, "id_card_replaced", person) if person else None


def id_card_changed(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.here() if h.grown(one) and one.card and one.nationality == "WNI")
    return card_for(h, "id_card_changed", person) if person else None


def child_card(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.here() if not h.grown(one) and one.nationality == "WNI")
    if person is None:
        return None
    return card_for(h, "child_card", person, cause="lost" if _holds(h, person, "kia") else "new")


def extract(h: Hamlet, person: Person, number: str, why: str = "", *, again: bool = True) -> Deed:
    report = Report(person.nik, person.name, number, "peristiwa_lain_nomor_akta", purpose="SEKOLAH")
    record = record_reissue if again else record_statement
    return Deed(
        f"{why}kutipan of {number} for {person}",
        lambda case: record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def extract_again(h: Hamlet) -> Deed | None:
    akta = h.one(h.notes.aktas)
    person = h.people.get(akta.people[0]) if akta else None
    return extract(h, person, akta.number, again=h.chance(6)) if akta and person else None


def _untrue(h: Hamlet, person: Person, kind: str) -> bool:
    """Whether what somebody holds has to be made anew."""
    rows = (row for (table, _), row in h.rows.items() if table == "register_helddocument")
    return any(row["renew_why"] for row in rows if (row["resident_id"], row["kind"]) == (person.pk, kind))


# Foreigners and the vulnerable


def _permit(h: Hamlet) -> Permit:
    until = h.today + timedelta(days=h.rng.randint(100, 700))
    return Permit(
        "ITAS", f"2C11{h.town.next_number():06d}", until, f"A{h.town.next_number():07d}", "NEGERI JAUH"
    )


def foreigner_comes(h: Hamlet) -> Deed | None:
    data = biodata(
        h, nationality="WNA", birth_date=h.today - timedelta(days=h.rng.randint(25 * 365, 50 * 365))
    )
    report = ForeignResidence(None, data, _permit(h), h.address())
    return _residence(h, report, f"SKTT for {data.name}", came=1)


def _residence(h: Hamlet, report: ForeignResidence, story: str, came: int = 0) -> Deed:
    return Deed(
        story,
        lambda case: record_foreign_residence(
            office=h.town.office, report=report, case_ref=case, by=h.town.by
        ),
        came=came, undo=h.town.revert,
    )  # fmt: skip


def foreigner_stays(h: Hamlet) -> Deed | None:
    """A longer permit, or the letter again."""
    person = h.one(one for one in h.gone("HIDUP") if one.nationality == "WNA" and one.pk not in h.places)
    if person is None:
        return None
    permit = _permit(h) if h.chance(6) or not _holds(h, person, "itas", until=h.today) else None
    return _residence(h, ForeignResidence(h.applicant(person), None, permit, None), f"SKTT of {person} again")


def permit_over(h: Hamlet) -> Deed:
    data = biodata(h, nationality="WNA")
    permit = Permit("ITAS", "2C11", h.today - timedelta(days=1), "A1", "NEGERI JAUH")
    return _residence(h, ForeignResidence(None, data, permit, h.address()), "the permit is over: SKTT")


def citizen_asks_for_skt(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.adults() if one.nationality == "WNI")
    if person is None:
        return None
    report = ForeignResidence(h.applicant(person), None, _permit(h), None)
    return _residence(h, report, f"a citizen: SKTT for {person}")


def vulnerable(h: Hamlet) -> Deed:
    """Somebody without a document or a family gets a NIK and a letter."""
    report = Substitute(None, biodata(h), h.address())

    def record(case: str) -> Any:
        return record_identity_substitute(office=h.town.office, report=report, case_ref=case, by=h.town.by)

    return Deed("letter for somebody vulnerable", record, came=1, undo=h.town.revert)


def data_access(h: Hamlet) -> Deed:
    number = f"PKS/{h.town.next_number()}/2026"
    report = AccessRequest(
        institution="BANK CONTOH", institution_kind="BANK", address="Jl. Bank 1", person_name="SRI CONTOH",
        person_title="KEPALA", phone="0811", email="sri@contoh.example", kind="WEB", purpose="VERIFIKASI",
        mou_number="MOU/1", mou_date=h.days_ago(400), agreement_number=number, agreement_date=h.days_ago(100),
        valid_until=h.today + timedelta(days=365), categories=({"category": "NIK", "users": 1},),
    )  # fmt: skip
    return Deed(
        f"access to data under {number}",
        lambda case: record_access(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


# Refused


def second_child_card(h: Hamlet) -> Deed | None:
    # One that has to be made anew, because of a move, may be asked for again.
    person = h.one(
        one for one in h.here() if h.age(one) < 4 and _holds(h, one, "kia") and not _untrue(h, one, "kia")
    )
    return card_for(h, "child_card", person, "has one: ") if person else None


def too_young_to_record(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.here() if h.age(one) < 15 and one.marital == "BELUM KAWIN")
    return recording(h, person, "too young: ") if person else None


def too_young_for_a_card(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.here() if not h.grown(one))
    return card_for(h, "id_card_new", person, "too young: ") if person else None


def second_card(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.here() if h.grown(one) and one.card and one.recorded)
    return card_for(h, "id_card_new", person, "has one: ") if person else None


def card_without_biometrics(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.here() if h.grown(one) and not one.card and not one.recorded)
    return card_for(h, "id_card_new", person, "not recorded: ") if person else None


def child_card_for_adult(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    return card_for(h, "child_card", person, "too old: ") if person else None


def card_for_the_dead(h: Hamlet) -> Deed | None:
    person = h.one(h.gone("MATI"))
    return card_for(h, "id_card_replaced", person, "dead: ") if person else None


def card_for_who_moved(h: Hamlet) -> Deed | None:
    person = h.one(h.gone("PINDAH"))
    return card_for(h, "id_card_replaced", person, "moved away: ") if person else None


def biometrics_of_who_moved(h: Hamlet) -> Deed | None:
    person = h.one(h.gone("PINDAH"))
    return recording(h, person, "moved away: ") if person else None


def akta_of_another(h: Hamlet) -> Deed | None:
    akta = h.one(h.notes.aktas)
    person = h.one(one for one in h.adults() if akta and one.pk not in akta.people)
    # A father, a mother or a witness is named in an akta too, and yet is not whose it is.
    return extract(h, person, akta.number, "another's akta: ") if akta and person else None


def no_such_akta(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    return extract(h, person, "9971-LU-01011990-0009", "no such akta: ") if person else None
