"""What the record of lost numbers calls each counter."""

import pytest

from loket.config.backup.report import series


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("akta:LU:2026-11-20", "akta LU, tanggal 20 November 2026"),
        ("akta:LU:2026-11", "akta LU, bulan November 2026"),
        ("letter:SKPWNI:2026-11-20", "surat SKPWNI, tanggal 20 November 2026"),
        ("letter:SKPWNI:2026", "surat SKPWNI, tahun 2026"),
        ("letter:SKPWNI:", "surat SKPWNI, selamanya"),
        ("book:LU:2026", "urutan buku LU, tahun 2026"),
        ("resi:2026", "resi, tahun 2026"),
        ("print-ticket", "tiket ruang cetak"),
        ("paper-pack", "blok resi kertas"),
        ("berita-acara:2026", "berita acara, tahun 2026"),
        ("sesuatu:2026", "sesuatu:2026"),
    ],
)
def test_a_counter_in_words(key: str, words: str) -> None:
    assert series(key) == words
