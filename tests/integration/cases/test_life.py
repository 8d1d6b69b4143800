"""The whole life of a case on the invented service: every event, journal row and message, in order."""

import uuid
from typing import Any

import pytest

from loket.audit.queries import history
from loket.cases import actions, queries
from loket.cases.models import Case, CaseProduct
from loket.core import filestore
from loket.core.codes import parse_tracking_code
from loket.documents.models import Document, SigningBatch
from loket.documents.queries import of_case, verify_file
from loket.notices.queries import of_case as notices_of_case
from loket.register.queries import record_of_case
from tests.integration.cases.world import ANSWERS, World, at, fresh, photo

pytestmark = pytest.mark.django_db


def events(case: Case) -> list[tuple[str, str, str, str, str]]:
    return [
        (event.kind, event.step, event.next_step, event.actor_name, event.reason)
        for event in queries.events_of(case)
    ]


def journal(subject: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [(row.action, row.actor, row.details) for row in history(subject)]


def moves(*rows: str) -> list[dict[str, str]]:
    """`periksa > catat, open` as the details of a journal row."""
    parts = [row.replace(",", " >").split(" > ") for row in rows]
    return [{"step": step.strip(), "next": then.strip(), "state": state} for step, then, state in parts]


def live(world: World) -> Case:
    """From the first page to the last file, with one return to the applicant and one within the office."""
    case = world.draft()
    actions.save_answers(case_id=case.pk, values={"titipan": "ya"}, by=world.actor("siti"))
    for paper in ("foto_benih", "surat_titipan"):
        actions.attach(case_id=case.pk, requirement=paper, content=photo(), by=world.actor("siti"))
    actions.save_answers(case_id=case.pk, values=ANSWERS, by=world.actor("siti"))
    world.time.pass_(minutes=30)
    actions.submit(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    world.work(case)
    world.back(case, "permohonan")
    world.time.pass_(hours=1)
    actions.save_answers(case_id=case.pk, values={"benih_berat": "13"}, by=world.actor("siti"))
    actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    for _ in ("terima", "periksa", "catat"):
        world.work(case)
    world.back(case, "catat", reason="  Salah berat ")
    for _ in ("catat", "paraf"):
        world.work(case)
    return world.sign(case)


@pytest.fixture
def lived(world: World, signer: object) -> Case:
    return live(world)


def test_where_it_ends(lived: Case) -> None:
    assert (lived.state, lived.step, lived.recorded, lived.version) == ("done", "", True, 13)
    assert lived.submitted_at == lived.complete_at == at("2026-08-03 09:30")
    assert lived.deadline_at == at("2026-08-06 10:30")  # three days, and the hour in which it was returned
    assert lived.finished_at == at("2026-08-03 10:30:30")
    assert (lived.returned_at, lived.reminded_at) == (None, None)
    assert parse_tracking_code(lived.tracking_code or "") == lived.tracking_code
    assert lived.answers == {**ANSWERS, "titipan": "ya", "benih_berat": 13.0, "benih_jenis_lain": ""}


def test_every_event_in_order(lived: Case) -> None:
    assert events(lived) == [
        ("submit", "permohonan", "terima", "Siti", ""),
        ("complete", "terima", "periksa", "Penerima", ""),
        ("return", "periksa", "permohonan", "Pemeriksa", "Foto kabur"),
        ("repair", "permohonan", "terima", "Siti", ""),
        ("complete", "terima", "periksa", "Penerima", ""),
        ("complete", "periksa", "catat", "Pemeriksa", ""),
        ("complete", "catat", "paraf", "Pencatat", ""),
        ("return", "paraf", "catat", "Pengawas", "Salah berat"),
        ("complete", "catat", "paraf", "Pencatat", ""),
        ("complete", "paraf", "tanda-tangan", "Pengawas", ""),
        ("complete", "tanda-tangan", "kirim", "Kepala", ""),
        ("complete", "kirim", "", "Sistem", ""),
    ]
    assert [event.seq for event in queries.events_of(lived)] == list(range(1, 13))


def test_every_journal_row_of_the_case_in_order(world: World, lived: Case) -> None:
    siti, penerima, pemeriksa, pencatat, pengawas, kepala = (
        world.people[name].ref for name in ("siti", "penerima", "pemeriksa", "pencatat", "pengawas", "kepala")
    )
    paper = lived.attachments.order_by("pk")[0]
    stored = {"sha256": paper.sha256, "served_sha256": paper.served_sha256, "removed": []}
    details = moves(
        "permohonan > terima, open",
        "terima > periksa, open",
        "periksa > permohonan, returned",
        "permohonan > terima, open",
        "terima > periksa, open",
        "periksa > catat, open",
        "catat > paraf, open",
        "paraf > catat, open",
        "catat > paraf, open",
        "paraf > tanda-tangan, open",
        "tanda-tangan > kirim, open",
        "kirim > , done",
    )
    who = [siti, penerima, pemeriksa, siti, penerima, pemeriksa, pencatat, pengawas, pencatat, pengawas]
    kinds = ["submit", "complete", "return", "repair"] + 3 * ["complete"] + ["return"] + 4 * ["complete"]
    assert journal(lived.ref) == [
        ("case.start", siti, {}),
        ("case.attach", siti, {"requirement": "foto_benih", **stored}),
        ("case.attach", siti, {"requirement": "surat_titipan", **stored}),
        *zip([f"case.{kind}" for kind in kinds], [*who, kepala, "system"], details, strict=True),
    ]
    assert {row.office_code for row in history(lived.ref)} == {"9911"}


def test_every_journal_row_of_the_documents(world: World, lived: Case) -> None:
    pencatat, kepala = world.people["pencatat"].ref, world.people["kepala"].ref
    for document in of_case(lived.ref):
        issue = {"kind": document.kind, "number": document.number, "case": lived.ref}
        intent = document.intents.get()
        render = {"sha256": document.unsigned_sha256, "template": document.template_hash}
        sign = {"sha256": document.signed_sha256, "number": document.number, "intent": intent.pk}
        assert journal(f"document:{document.pk}") == [
            ("document.issue", pencatat, issue),
            ("document.issue", pencatat, issue),
            ("document.render", "system", render),
            ("document.sign", kepala, sign),
        ]
    batch = SigningBatch.objects.get()
    documents = sorted(document.pk for document in of_case(lived.ref))  # issued at the same moment
    assert journal(f"batch:{batch.pk}") == [
        ("batch.start", kepala, {"documents": documents}),
        ("batch.done", "system", {}),
    ]


def test_what_the_applicant_was_told(lived: Case) -> None:
    files = [
        {"sha256": document.signed_sha256, "filename": f"{document.kind}-{document.pk[:8]}.pdf"}
        for document in of_case(lived.ref)
    ]
    assert [(notice.subject, notice.to, notice.attachments) for notice in notices_of_case(lived.ref)] == [
        ("Permohonan diterima", "siti@contoh.id", []),
        ("Permohonan perlu diperbaiki", "siti@contoh.id", []),
        ("Perbaikan diterima", "siti@contoh.id", []),
        ("Dokumen Anda sudah selesai", "siti@contoh.id", files),
    ]
    received, returned, repaired, _ = (notice.body for notice in notices_of_case(lived.ref))
    assert f"Kode pelacakan: {lived.tracking_code}\n" in received
    assert "Selesai paling lambat: Kamis, 6 Agustus 2026 pukul 09.30 WITA" in received
    assert "untuk diperbaiki:\n\nFoto kabur\n\n" in returned
    assert "Tanpa jawaban dalam 14 hari permohonan ditutup." in returned
    assert "Selesai paling lambat: Kamis, 6 Agustus 2026 pukul 10.30 WITA" in repaired


def test_what_came_out(settings: Any, lived: Case) -> None:
    entry = record_of_case(lived.ref)
    assert entry is not None
    assert (entry.number, entry.facts["benih_berat"]) == ("9911-SB-0001", 13.0)
    products = CaseProduct.objects.filter(case=lived).order_by("pk")
    card = {
        "nik": entry.resident.nik,
        "family_card_number": entry.resident.nik,
        "birth_certificate_number": "9911-SB-0001",
    }
    released = lived.finished_at
    assert list(products.values_list("document", "label", "medium", "data", "released_at")) == [
        ("sertifikat-benih", "Sertifikat", "pdf", {}, released),
        ("label-peti", "label-peti", "pdf", {}, released),
        ("kartu-penyimpan", "Kartu", "card", card, released),
    ]
    for document in of_case(lived.ref):
        assert (document.state, document.signer_id) == (Document.State.SIGNED, 991101)
        found = verify_file(filestore.get(settings.FILES_DIR, document.signed_sha256))
        assert (found.verdict, found.document) == ("genuine", document)


def test_a_case_keeps_the_revision_it_was_opened_under(world: World, lived: Case) -> None:
    assert lived.revision == world.revision
    assert [document.number for document in of_case(lived.ref)] == ["9911-SB-0001"] * 2
    assert fresh(lived).service == "simpan-benih"
