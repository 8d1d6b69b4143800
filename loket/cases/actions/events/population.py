"""Pendaftaran penduduk: from the answers of the F-1 forms to the register."""

from collections.abc import Callable
from typing import Any

from loket.cases.actions.events import cards, households, moves, residence
from loket.cases.actions.events.answers import area_number, choices, column, label
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register import actions as register
from loket.register.queries import family_change_of_case
from loket.register.rules import CardReason

# Alasan permohonan of F-1.15.
REASONS: dict[str, CardReason] = {
    "MEMBENTUK RUMAH TANGGA BARU": "new_household",
    "KARTU KELUARGA HILANG/RUSAK": "lost_or_damaged",
    "LAINNYA": "other",
}


def family_card_report(case: Case, variant: Variant) -> register.FamilyCardReport:
    """F-1.15 as the register takes it."""
    answers: dict[str, Any] = case.answers
    relations = choices(case, column(variant, "anggota", "shdk"))
    return register.FamilyCardReport(
        reason=REASONS[label(case, variant, "alasan")],
        applicant_nik=answers["pemohon_nik"],
        applicant_name=answers["pemohon_nama"],
        family_number=answers.get("kk_semula", ""),
        address=answers["alamat"].upper(),
        rt=area_number(answers["rt"]),
        rw=area_number(answers["rw"]),
        postal_code=str(answers.get("kode_pos") or ""),
        village=answers["desa"],
        members=tuple(
            register.FamilyMember(nik=row["nik"], name=row["nama"], relation=relations[row["shdk"]])
            for row in answers["anggota"]
        ),
    )


def _family_card(case: Case, variant: Variant, by: Actor) -> None:
    report = family_card_report(case, variant)
    change = family_change_of_case(case.ref)
    if change is None:
        register.issue_family_card(office=case.office, report=report, case_ref=case.ref, by=by)
    else:
        register.amend_family_card(change=change, report=report, by=by)


def _undo_family_card(case: Case, by: Actor) -> None:
    if family_change_of_case(case.ref) is not None:
        register.revert_family_card(case_ref=case.ref, by=by)


RECORDERS: dict[str, Callable[[Case, Variant, Actor], None]] = {
    "family_card": _family_card,
    "family_new": households.new_family,
    "family_divorced": households.new_family,
    "family_split": households.new_family,
    "family_join": households.joining,
    "family_member_added": households.new_member,
    "family_member_removed": households.removal,
    "family_head_changed": households.new_head,
    "family_replaced": households.replacement,
    "family_data_changed": households.data_change,
    "move_within": moves.within,
    "move_out": moves.departure,
    "move_abroad": moves.departure,
    "move_in": moves.arrival,
    "return_from_abroad": moves.arrival,
    "foreign_residence": residence.foreign_residence,
    "identity_substitute": residence.identity_substitute,
    "id_card_new": cards.card,
    "id_card_replaced": cards.card,
    "id_card_changed": cards.card,
    "child_card": cards.card,
    "data_access": moves.data_access,
}
# How to undo what is not a RegisterEvent.
UNDO: dict[str, Callable[[Case, Actor], None]] = {"family_card": _undo_family_card}
