"""Pencatatan sipil of what is recorded already: a statement about an akta, a new kutipan."""

from collections.abc import Callable

from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register.actions import extracts
from loket.register.rules import civil

# Which books a kutipan is taken from.
BOOKS_OF: dict[str, frozenset[str]] = {
    "kutipan-akta-kelahiran": civil.BIRTH_BOOKS,
    "kutipan-akta-kematian": frozenset({civil.BOOKS["death"]}),
    "kutipan-akta-perkawinan": frozenset({civil.BOOKS["marriage"]}),
    "kutipan-akta-perceraian": frozenset({civil.BOOKS["divorce"]}),
    "kutipan-akta-pengakuan-anak": frozenset({civil.BOOKS["acknowledgement"]}),
    "kutipan-akta-pengesahan-anak": frozenset({civil.BOOKS["legitimation"]}),
}


def _statement(case: Case, variant: Variant, by: Actor) -> None:
    report = extracts.Report(
        nik=case.answers["subjek1_nik"],
        name=case.answers["subjek1_nama"],
        record_number=case.answers["keterangan_nomor_akta"],
        field="keterangan_nomor_akta",
        purpose=case.answers["keterangan_keperluan"],
    )
    extracts.record_statement(office=case.office, report=report, case_ref=case.ref, by=by)


def _reissue(case: Case, variant: Variant, by: Actor) -> None:
    wanted = [BOOKS_OF[product.document] for product in variant.products if product.document in BOOKS_OF]
    report = extracts.Report(
        nik=case.answers["subjek1_nik"],
        name=case.answers["subjek1_nama"],
        record_number=case.answers["kutipan_nomor_akta"],
        field="kutipan_nomor_akta",
        books=frozenset().union(*wanted),
    )
    extracts.record_reissue(office=case.office, report=report, case_ref=case.ref, by=by)


RECORDERS: dict[str, Callable[[Case, Variant, Actor], None]] = {
    "civil_statement": _statement,
    "extract_reissue": _reissue,
}
