"""A scenario whose form has an impossible NIK: the same door as everywhere, with and without a reason."""

from pathlib import Path

from tests.journeys.every_variant import play
from tests.journeys.playing import BALIKPAPAN

ACCEPTED = "deviations:\n  - {at: verifikasi, do: accept_numbers, reason: Sesuai KTP-el asli}\n\nexpected:"
WAITS = "expected:\n  state: open\n  products: []\n  refused: atasan\n  # within_deadline"


def scenario(folder: Path, name: str, expected: str) -> Path:
    text = BALIKPAPAN.read_text()
    for old, new in (
        ('saksi2_nik: "6471010201869001"', 'saksi2_nik: "6471013213860001"'),
        ("expected:", expected),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    if expected == WAITS:
        text = text.partition("  # within_deadline")[0]
    path = folder / name
    path.write_text(text)
    return path


def test_it_goes_on_with_a_reason_and_waits_without(always_open: str, tmp_path: Path) -> None:
    files = [scenario(tmp_path, "alasan.yaml", ACCEPTED), scenario(tmp_path, "tanpa.yaml", WAITS)]
    with_reason, without = play(always_open, files, "own")
    assert (with_reason["outcome"], without["outcome"]) == ("done", "open")
    assert without["refused"]["step"] == "verifikasi"
