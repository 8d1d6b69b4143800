"""Foreigners and the vulnerable: from the answers to the register."""

from dataclasses import replace
from typing import Any

from loket.cases.actions.events import reading
from loket.cases.models import Case
from loket.cases.rules import checks
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register.actions import cards, foreigners, vulnerable


def foreign_residence(case: Case, variant: Variant, by: Actor) -> None:
    """SKTT: new with `orang`, prolonged with `orang_asing`, given again with `pemohon` alone."""
    answers: dict[str, Any] = case.answers
    person = None
    if reading.asks(variant, "orang_nama"):
        person = replace(reading.person(case, variant), nationality=foreigners.FOREIGNER)
    why = reading.cause(case, variant)
    report = foreigners.ForeignResidence(
        applicant=reading.applicant(case) if reading.asks(variant, "pemohon_nik") else None,
        person=person,
        permit=reading.permit(case, variant),
        address=reading.own_address(case, variant),
        replaces=answers.get("surat_lama_nomor", ""),
        cause=cards.REASONS[why] if why else "",
    )
    foreigners.record_foreign_residence(office=case.office, report=report, case_ref=case.ref, by=by)


def identity_substitute(case: Case, variant: Variant, by: Actor) -> None:
    """A letter in place of an identity document, for the vulnerable."""
    new = reading.asks(variant, "orang_nama")
    report = vulnerable.Substitute(
        applicant=None if new else reading.applicant(case),
        person=reading.person(case, variant) if new else None,
        address=reading.own_address(case, variant),
        check=_check(case, variant),
    )
    vulnerable.record_identity_substitute(office=case.office, report=report, case_ref=case.ref, by=by)


def _check(case: Case, variant: Variant) -> vulnerable.BiometricCheck | None:
    """What the comparison of biometrics gave; None where the procedure has none."""
    if not any(step.kind == "check_biometrics" for step in variant.procedure.steps):
        return None
    result: vulnerable.CheckResult = case.answers.get(checks.RESULT, "")
    return vulnerable.BiometricCheck(result, case.answers.get(checks.NIK, ""))
