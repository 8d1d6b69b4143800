"""The law of reporting a death. As in the package: the docstring of a rule is the sentence the user reads.

Sources: UU 24/2013 art. 44 (who reports, within 30 days; a court where no body is found; the police where
nobody knows who it is), Perpres 96/2018 art. 45 (which letter proves a death), Permendagri 108/2019. What is
marked [G] is general knowledge whose text was not at hand.
"""

from collections.abc import Collection
from datetime import date

from loket.register.rules import PersonFacts, _broken, age_on

REPORTER_AGE = 21
# Of whom nobody knows who it was; the akta says so.
NOBODY = "TIDAK DIKENAL"
# What proves a death, in the words of the list f201_bukti_kematian; the first is meant where none is named.
LETTER = "SURAT KEMATIAN DARI DOKTER ATAU KEPALA DESA/LURAH"
POLICE = "SURAT KETERANGAN KEPOLISIAN"
COURT = "PENETAPAN PENGADILAN"
CARRIER = "PERNYATAAN MASKAPAI ATAU NAKHODA"
MISSION = "SURAT KETERANGAN PERWAKILAN RI"
OLD_PAPERS = "DOKUMEN KEPENDUDUKAN LAMA"
# Who reports, in the words of the list f201_pelapor_kematian.
AS_CHILD, AS_SPOUSE = "ANAK", "SUAMI ATAU ISTRI"


def proof_is_numbered(proof: str, basis: str, field: str) -> None:
    """Isi nomor dan tanggal surat kepolisian, penetapan pengadilan, pernyataan maskapai atau nakhoda, surat
    Perwakilan RI, atau dokumen lama yang menjadi bukti kematian (Perpres 96/2018 Pasal 45)."""
    if proof not in ("", LETTER) and not basis:
        raise _broken(proof_is_numbered, field)


def nobody_by_police(name: str, nik: str, proof: str, field: str) -> None:
    """Kematian seseorang yang tidak jelas identitasnya dicatat berdasarkan keterangan kepolisian (UU 24/2013
    Pasal 44); NIK-nya dikosongkan."""
    if name.strip().upper() == NOBODY and (nik or proof != POLICE):
        raise _broken(nobody_by_police, field)


def unknown_by_court_or_papers(
    proof: str, witnesses: int, travel_document: str, *, papers: bool, field: str
) -> None:
    """Kematian seseorang yang tidak ada dalam basis data kependudukan dicatat dengan penetapan pengadilan,
    keterangan kepolisian, surat Perwakilan RI, atau dokumen perjalanannya; atau, bila kantor ini menerimanya,
    dengan dokumen kependudukan lama dan dua orang saksi (Perpres 96/2018, Permendagri 108/2019)."""
    if proof in (POLICE, COURT, CARRIER, MISSION) or travel_document:
        return
    # [G] By a letter of the directorate general (472.12/5166), so an office may switch it off.
    if not (papers and proof == OLD_PAPERS and witnesses == 2):
        raise _broken(unknown_by_court_or_papers, field)


def reporter_of_age(reporter: PersonFacts, reported: date, field: str) -> None:
    """Kematian dilaporkan oleh ketua RT atau keluarga yang berusia 21 tahun ke atas atau sudah kawin (UU
    24/2013 Pasal 44)."""
    if age_on(reporter.birth_date, reported) < REPORTER_AGE and not reporter.ever_married:
        raise _broken(reporter_of_age, field)


def not_reported_by_the_dead(dead: str, reporter: str, field: str) -> None:
    """Pelapor tidak boleh orang yang meninggal itu sendiri. Periksa kembali NIK pelapor."""
    if reporter and dead == reporter:
        raise _broken(not_reported_by_the_dead, field)


def reporter_is_a_child(parents: Collection[str], dead: str, field: str) -> None:
    """Menurut register pelapor bukan anak dari almarhum. Periksa kembali NIK dan hubungan pelapor."""
    # Where the register knows both parents by NIK; else the family card in the file says so.
    known = [nik for nik in parents if nik]
    if len(known) == 2 and dead not in known:
        raise _broken(reporter_is_a_child, field)


def reporter_is_a_spouse(spouses: Collection[str], reporter: str, field: str) -> None:
    """Menurut register pelapor bukan suami atau istri almarhum. Periksa kembali NIK dan hubungan pelapor."""
    if spouses and reporter not in spouses:
        raise _broken(reporter_is_a_spouse, field)
