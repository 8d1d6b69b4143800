"""Balikpapan to Tanggamus: signed here, verified and consumed there; both registers right at every moment."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest

from loket.cases import actions
from loket.cases.actions.events.move_letters import LetterNotSigned
from loket.cases.models import Case
from loket.core import clock
from loket.documents import queries as documents
from loket.register.actions import arrivals
from loket.register.actions.letters import NothingToCancel
from loket.register.actions.moveletters import (
    LetterCancelled,
    LetterExpired,
    LetterUsed,
    expire_letters,
)
from loket.register.models import HeldDocument, MoveLetter, RegisterEvent
from loket.register.moving import coming, leaving, movements
from tests.journeys.travellers import CHILD, FATHER, ORIGIN, THERE, WIFE, Travellers

AT_HOME = {
    "husband": (ORIGIN, "HIDUP", "KEPALA KELUARGA"),
    "wife": (ORIGIN, "HIDUP", "ISTRI"),
    "son": (ORIGIN, "HIDUP", "ANAK"),
    "mother": (ORIGIN, "HIDUP", "MERTUA"),
}
# The three have gone, and her mother is the head of who stays.
GONE = {
    "husband": (THERE, "HIDUP", "KEPALA KELUARGA"),
    "wife": (THERE, "HIDUP", "ISTRI"),
    "son": (THERE, "HIDUP", "ANAK"),
    "mother": (ORIGIN, "HIDUP", "KEPALA KELUARGA"),
}
THREE = ("husband", FATHER), ("wife", WIFE), ("son", CHILD)


@pytest.fixture
def family(travellers: Travellers) -> Travellers:
    return travellers


def signed(family: Travellers) -> Case:
    """The SKPWNI of the three, signed and sent at Balikpapan."""
    answers = family.leaving(
        "husband",
        "wife",
        "son",
        kind="3",
        pindah_kk_tinggal="2",
        pindah_pengganti_nik=family.people["mother"].nik,
    )
    return family.take(family.apply_out(**answers))


def number_of(case: Case) -> str:
    return RegisterEvent.objects.get(case_ref=case.ref).number


def moved(family: Travellers) -> tuple[tuple[int, int], tuple[int, int]]:
    """Who came and left by now, at the origin and at the destination."""
    last = clock.now().date() + timedelta(days=400)
    found = [movements(family.offices[code], last - timedelta(days=800), last) for code in (ORIGIN, THERE)]
    return ((found[0].arrived, found[0].left), (found[1].arrived, found[1].left))


def test_from_balikpapan_to_tanggamus(family: Travellers) -> None:
    case = family.apply_out(
        **family.leaving(
            "husband",
            "wife",
            "son",
            kind="3",
            pindah_kk_tinggal="2",
            pindah_pengganti_nik=family.people["mother"].nik,
        )
    )
    assert (family.where(), MoveLetter.objects.count()) == (AT_HOME, 0)
    family.take(case, until="sign")
    assert (family.where(), MoveLetter.objects.get().state) == (AT_HOME, "issued")
    early = family.apply_in(number_of(case), *THREE)
    family.take(early, until="enter_data")
    with pytest.raises(LetterNotSigned):
        family.step(early)
    actions.cancel(case_id=early.pk, by=family.by(THERE, "operator_penerima"), key=uuid.uuid4())
    case = family.take(case)
    assert (case.state, family.where(), moved(family)) == ("done", AT_HOME, ((0, 0), (0, 0)))

    # At Tanggamus: the file's signature, the number and the QR.
    letter = family.letter(case)
    found = documents.verify_file(documents.signed_file(letter))
    assert (found.verdict, found.document) == ("genuine", letter)
    assert hashlib.sha256(documents.signed_file(letter)).hexdigest() == letter.signed_sha256
    changed = documents.signed_file(letter)[:-40] + b"\n%" + documents.signed_file(letter)[-38:]
    assert documents.verify_file(changed).verdict == "mismatch"
    assert documents.verify_number(number_of(case)).document == letter
    assert documents.verify_id(letter.pk).verdict == "genuine"
    assert "Berlaku sampai" in letter.shown
    assert [row.letter.number for row in leaving(family.offices[ORIGIN])] == [number_of(case)]
    assert [row.letter.number for row in coming(family.offices[THERE])] == [number_of(case)]

    # The arrival, step by step.
    arriving = family.apply_in(number_of(case), *THREE)
    family.take(arriving, until="enter_data")
    assert (family.where(), MoveLetter.objects.get().state) == (AT_HOME, "issued")
    family.step(arriving)
    assert (family.where(), MoveLetter.objects.get().state) == (GONE, "used")
    arriving = family.take(arriving)
    assert (arriving.state, family.where()) == ("done", GONE)
    assert moved(family) == ((0, 3), (3, 0))
    assert (leaving(family.offices[ORIGIN]), coming(family.offices[THERE])) == ([], [])
    held = HeldDocument.objects.filter(state="in_force", resident=family.people["wife"])
    assert list(held.values_list("kind", "number")) == [("skdwni", number_of(arriving))]


def test_the_second_half_never_happens(family: Travellers) -> None:
    case = signed(family)
    number = number_of(case)
    waiting = family.apply_in(number, *THREE)
    with clock.use(clock.now() + timedelta(days=120)):
        assert expire_letters(office=family.offices[ORIGIN]) == 1
        assert (family.where(), moved(family)) == (AT_HOME, ((0, 0), (0, 0)))
        # Reported too late.
        late = family.apply_in(number, *THREE)
        family.take(late, until="enter_data")
        with pytest.raises(LetterExpired, match="pergantian SKPWNI di kantor asal"):
            family.step(late)
        with pytest.raises(NothingToCancel):
            cancel(family, number)
        # What is to be done, as the sentence says: a letter in its place, from the office of origin.
        second = family.take(
            family.apply_out(
                "pergantian",
                surat_lama_nomor=number,
                **family.leaving(
                    "husband",
                    "wife",
                    "son",
                    kind="3",
                    pindah_kk_tinggal="2",
                    pindah_pengganti_nik=family.people["mother"].nik,
                ),
            )
        )
        assert family.where() == AT_HOME
        assert documents.verify_file(documents.signed_file(family.letter(case))).verdict == "superseded"
        family.take(family.apply_in(number_of(second), *THREE))
        assert family.where() == GONE
        # What had been reported in time with the old letter finds it replaced.
        family.take(waiting, until="enter_data")
        with pytest.raises(LetterUsed):
            family.step(waiting)
    assert [letter.state for letter in MoveLetter.objects.order_by("pk")] == ["replaced", "used"]


class PowerFails(Exception):
    """The machine is gone in the middle of a step."""


def test_power_fails_in_the_middle_of_the_arrival(
    family: Travellers, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = number_of(signed(family))
    case = family.take(family.apply_in(number, *THREE), until="enter_data")

    def fails(*given: Any) -> None:
        assert family.where() == GONE  # everything was done, nothing is committed
        raise PowerFails

    with monkeypatch.context() as patched:
        patched.setattr(arrivals, "_facts", fails)
        with pytest.raises(PowerFails):
            family.step(case)
    assert (family.where(), MoveLetter.objects.get().state) == (AT_HOME, "issued")
    assert Case.objects.get(pk=case.pk).step == case.step
    assert family.take(case).state == "done"
    assert (family.where(), moved(family)) == (GONE, ((0, 3), (3, 0)))


def test_it_happens_twice(family: Travellers) -> None:
    number = number_of(signed(family))
    first, second = family.apply_in(number, *THREE), family.apply_in(number, *THREE)
    for case in (first, second):
        family.take(case, until="enter_data")
    family.take(first)
    assert family.where() == GONE
    with pytest.raises(LetterUsed):
        family.step(second)
    assert (family.where(), moved(family)) == (GONE, ((0, 3), (3, 0)))
    third = family.apply_in(number, *THREE)
    family.take(third, until="enter_data")
    with pytest.raises(LetterUsed):
        family.step(third)
    assert RegisterEvent.objects.filter(kind="move_in").count() == 1


def cancel(family: Travellers, number: str) -> Case:
    case = family.apply_out("pembatalan", batal_surat_nomor=number, batal_alasan="Tidak jadi pindah")
    family.take(case, until="enter_data")
    family.step(case)
    return family.take(case)


def test_cancelled_before_they_arrive(family: Travellers) -> None:
    case = signed(family)
    number = number_of(case)
    under_way = family.apply_in(number, *THREE)
    family.take(under_way, until="enter_data")
    assert cancel(family, number).state == "done"
    with pytest.raises(LetterCancelled):
        family.step(under_way)
    assert (family.where(), moved(family)) == (AT_HOME, ((0, 0), (0, 0)))
    assert documents.verify_file(documents.signed_file(family.letter(case))).verdict == "superseded"


def test_after_the_arrival_it_is_not_cancelled(family: Travellers) -> None:
    number = number_of(signed(family))
    family.take(family.apply_in(number, *THREE))
    with pytest.raises(LetterUsed):
        cancel(family, number)
    assert family.where() == GONE


def test_an_arrival_that_is_refused_after_all_gives_everything_back(family: Travellers) -> None:
    """Returned from the signature to the desk before and refused there: the letter counts again."""
    number = number_of(signed(family))
    case = family.take(family.apply_in(number, *THREE), until="sign")
    assert family.where() == GONE
    for to in ("entri", "verifikasi"):
        case = Case.objects.get(pk=case.pk)
        role = {"tte": "kepala_dinas", "entri": "operator"}[case.step]
        case = actions.return_case(
            case_id=case.pk,
            by=family.by(THERE, role),
            version=case.version,
            key=uuid.uuid4(),
            to=to,
            reason="Alamat tujuannya bukan di pekon ini",
        )
    actions.reject(
        case_id=case.pk,
        by=family.by(THERE, "kasi"),
        version=case.version,
        key=uuid.uuid4(),
        reason="Alamat tujuannya bukan di pekon ini",
    )
    assert (family.where(), moved(family)) == (AT_HOME, ((0, 0), (0, 0)))
    assert MoveLetter.objects.get().state == "issued"
    family.take(family.apply_in(number, *THREE))
    assert family.where() == GONE
