"""The seed bank's scenarios: straight on, with everything that can deviate, and what differs then."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from loket.cases.models import Case
from loket.config.scenario.preparing import NotTemporary
from loket.config.scenario.results import Result
from loket.config.scenario.running import run
from tests.integration.cases.world import ZONE, at, photo
from tests.integration.scenario.conftest import Played, plans_of
from tests.unit.scenario.bank import TEXT, changed, deviating

STRAIGHT = ["permohonan", "terima", "periksa", "catat", "paraf", "tanda-tangan", "kirim"]


def told(result: Result) -> list[tuple[str, str, str]]:
    return [(row.step, row.event, row.actor) for row in result.timeline]


# Where it goes on does not matter: the end that takes no signer.
REJECTED = "{at: catat, do: reject, reason: Cukup}"
END = "{state: rejected}"


def local(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"


def test_straight_on_twice_in_books_of_its_own(played: Played, tmp_path: Path) -> None:
    two_samples = changed(("{foto_benih: contoh}", "{foto_benih: [contoh, contoh]}"))
    result, again = played(two_samples, TEXT, out=tmp_path / "out")
    assert (result.differences, result.refused) == ([], None)
    assert (result.outcome, result.as_expected, result.within_deadline) == ("done", True, True)
    actors = ["pemohon", "penerima", "pemeriksa", "pencatat", "pengawas", "kepala", "sistem"]
    assert [(row.step, row.actor) for row in result.timeline] == list(zip(STRAIGHT, actors, strict=True))
    # 20 minutes of the applicant, 15 of the first official, 10 where nobody says how long.
    assert [row.working_minutes for row in result.timeline] == [20, 15, 10, 10, 10, 10, 0]
    ends = ["2026-08-03 09:20", "2026-08-03 09:35", "2026-08-03 09:45"]
    assert [local(row.finished) for row in result.timeline[:3]] == ends
    assert result.products == ["sertifikat-benih", "label-peti", "kartu-penyimpan"]
    assert sorted((paper.kind, paper.signature, paper.verdict) for paper in result.documents) == [
        ("label-peti", "electronic", "genuine"),
        ("sertifikat-benih", "electronic", "genuine"),
    ]
    for paper in result.documents:
        assert Path(str(paper.path)).parent == tmp_path / "out" / "coba-1"
        content = Path(str(paper.path)).read_bytes()
        assert content.startswith(b"%PDF-")
        assert b"ETSI.CAdES.detached" in content
    assert told(again) == told(result)
    assert {paper.number for paper in again.documents} == {paper.number for paper in result.documents}


def test_what_happened_earlier_stands_in_the_same_books(played: Played) -> None:
    earlier = "start: 2026-08-03 09:00\nearlier: [coba-1.yaml]"
    later = changed(
        ("start: 2026-08-03 09:00", earlier), ("benih_panen: 2026-07-01", "benih_panen: 2026-07-02")
    )
    first, second = played(TEXT, later)
    assert (second.outcome, second.differences) == ("done", [])
    assert second.started == first.finished
    numbers = [{paper.number for paper in result.documents} for result in (first, second)]
    assert numbers == [{"9911-SB-0001"}, {"9911-SB-0002"}]


def test_what_went_otherwise_earlier_is_told(played: Played) -> None:
    rejected = deviating(REJECTED, expected="{state: done}")
    later = changed(("start: 2026-08-03 09:00", "earlier: [coba-1.yaml]")).replace(
        "deviations: []", f"deviations: [{REJECTED}]"
    )
    _, second = played(rejected, later.replace("{state: done}", END))
    assert second.differences == [
        "Sebelumnya (coba-1.yaml): Keadaan akhir: Ditolak. Yang diharapkan: Selesai."
    ]


def test_work_stops_at_closing_time_and_over_holidays(played: Played) -> None:
    (result,) = played(
        deviating(
            "{at: terima, do: take, minutes: 30}",
            "{at: terima, do: wait, minutes: 340}",
            "{at: periksa, do: holiday, day: 2026-08-04, name: Libur panen}",
            REJECTED,
            expected=END,
        )
    )
    # From 09.20: 160 minutes until noon, 180 until closing, and 30 on the next morning.
    ends = {row.step: local(row.finished) for row in result.timeline}
    assert ends["terima"] == "2026-08-04 08:30"
    # The day off is declared on that very day: work goes on on Wednesday.
    assert ends["periksa"] == "2026-08-05 08:10"
    assert result.deadline == at("2026-08-07 09:20")
    assert result.as_expected


def test_return_to_the_applicant_and_repair(played: Played, tmp_path: Path) -> None:
    (tmp_path / "baru.jpg").write_bytes(photo())
    repair = "{after_days: 2, answers: {peti: P-9}, attachments: {foto_benih: baru.jpg}}"
    deviation = f"{{at: periksa, do: return, to: permohonan, reason: Foto buram, repair: {repair}}}"
    (result,) = played(deviating(deviation, REJECTED, expected=END))
    assert told(result) == [
        ("permohonan", "submit", "pemohon"),
        ("terima", "complete", "penerima"),
        ("periksa", "return", "pemeriksa"),
        ("permohonan", "repair", "pemohon"),
        ("terima", "complete", "penerima"),
        ("periksa", "complete", "pemeriksa"),
        ("catat", "reject", "pencatat"),
    ]
    returned, repaired = result.timeline[2:4]
    assert repaired.finished - returned.finished == timedelta(days=2, minutes=20)
    assert returned.reason == "Foto buram"
    assert result.as_expected


def test_who_may_not_take_a_step_is_refused(played: Played) -> None:
    fine, other_sentence, let_through = played(
        deviating("{at: periksa, do: attempt, by: kepala}", REJECTED, expected=END),
        deviating("{at: periksa, do: attempt, by: kepala, refused: Anda dipecat}", REJECTED, expected=END),
        deviating("{at: periksa, do: attempt, by: pemeriksa}", REJECTED, expected=END),
    )
    sentence = "Tindakan ini tidak dapat dilakukan: permohonan sekarang sedang diproses."
    assert [(item.step, item.by, item.sentence) for item in fine.attempts] == [
        ("periksa", "kepala", sentence)
    ]
    assert fine.as_expected
    assert other_sentence.differences == [
        f"Percobaan oleh 'kepala' pada langkah 'periksa': {sentence} Yang diharapkan: Anda dipecat"
    ]
    assert let_through.differences == [
        "Percobaan oleh 'pemeriksa' pada langkah 'periksa' seharusnya ditolak, tetapi berhasil."
    ]
    # The step is not taken a second time.
    assert [row.step for row in let_through.timeline] == STRAIGHT[:4]


def test_return_between_officials_and_a_second_visit(played: Played) -> None:
    deviations = [
        "{at: tanda-tangan, do: return, to: catat, reason: Salah tulis}",
        "{at: catat, visit: 2, do: take, minutes: 45}",
    ]
    (result,) = played(deviating(*deviations))
    assert [row.working_minutes for row in result.timeline if row.step == "catat"] == [10, 45]
    assert [paper.verdict for paper in result.documents] == ["genuine", "genuine"]
    assert result.as_expected


def test_rejection_and_cancellation(played: Played) -> None:
    rejected, withdrawn, never_sent = played(
        deviating(
            "{at: periksa, do: reject, reason: Benih busuk}", expected="{state: rejected, products: []}"
        ),
        deviating("{at: terima, do: cancel}", expected="{state: cancelled}"),
        deviating("{at: permohonan, do: cancel}", expected="{state: cancelled}"),
    )
    assert told(rejected)[-1] == ("periksa", "reject", "pemeriksa")
    assert told(withdrawn)[-1] == ("terima", "cancel", "pemohon")
    assert told(never_sent) == [("permohonan", "cancel", "pemohon")]
    assert [item.differences for item in (rejected, withdrawn, never_sent)] == [[], [], []]


def test_an_unanswered_return_expires(played: Played) -> None:
    (result,) = played(deviating("{at: terima, do: return, reason: Foto buram}", expected="{state: expired}"))
    returned, reminded, closed = result.timeline[1:]
    assert (reminded.event, reminded.actor, closed.event) == ("remind", "sistem", "expire")
    assert reminded.finished - returned.finished == timedelta(days=7)
    assert closed.finished - returned.finished == timedelta(days=14)
    assert result.as_expected


def test_a_refused_step_ends_the_scenario_with_its_sentence(played: Played) -> None:
    same = ("saksi_nama: BUDI REKAAN", "saksi_nama: SITI REKAAN")
    paperless = ("{foto_benih: contoh}", "{foto_benih: []}")
    surprised, expected, missing = played(
        changed(same),
        changed(same, ("{state: done}", "{state: draft, refused: harus dua orang}")),
        changed(paperless),
    )
    sentence = (
        "Permohonan belum lengkap. Perbaiki bagian yang ditandai."
        " (penyimpan_nama) Penyimpan dan saksi harus dua orang."
    )
    assert surprised.refused == expected.refused == ("permohonan", sentence)
    assert surprised.differences == [
        "Keadaan akhir: Belum dikirim. Yang diharapkan: Selesai.",
        f"Langkah 'permohonan' ditolak: {sentence}",
    ]
    assert expected.as_expected
    assert str(missing.refused).endswith("(foto_benih) Foto benih: belum diunggah.')")


def test_what_differs_from_the_expected_end(played: Played) -> None:
    late = "{at: terima, do: wait, days: 10}"
    never = "{at: terima, visit: 2, do: cancel}"
    end = "{state: done, products: [label-peti], within_deadline: true, refused: Anda lupa}"
    (result,) = played(deviating(late, never, REJECTED, expected=end))
    assert result.differences == [
        "Keadaan akhir: Ditolak. Yang diharapkan: Selesai.",
        "Produk: tidak ada. Yang diharapkan: label-peti.",
        "Waktu: terlambat. Yang diharapkan: tepat waktu.",
        "Penolakan yang diharapkan: Anda lupa Tidak ada penolakan.",
        "Penyimpangan ke-2 (cancel pada langkah 'terima') tidak pernah terjadi.",
    ]


def test_a_real_database_is_never_played_on(at_the_bank: None, db: None, tmp_path: Path) -> None:
    (plan,) = plans_of(tmp_path, (TEXT,))
    with pytest.raises(NotTemporary):
        run(plan, None)
    assert not Case.objects.exists()
