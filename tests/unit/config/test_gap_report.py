"""What the record of lost numbers calls each counter."""

import pytest

from loket.config.backup.report import series


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("akta:LU:2026-11-20", "akta LU, tanggal 20 November 2026"),
        ("book:LU:2026", "buku register akta LU, tahun 2026"),
        ("resi:2026", "resi, tahun 2026"),
        ("print-ticket", "tiket ruang cetak"),
        ("paper-pack", "blok resi kertas"),
        ("berita-acara:2026", "berita-acara:2026"),
    ],
)
def test_a_counter_in_words(key: str, words: str) -> None:
    assert series(key) == words
