"""The Indonesian words in which changes of a standard are told."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from loket.catalogue.rules import (
    APPLICANT,
    SYSTEM,
    Channel,
    Condition,
    Event,
    FormField,
    Medium,
    Nature,
    Opening,
    Question,
    StepKind,
)

Item = TypeVar("Item")
# What is said of one field: the two things that have it, and further what the sentences need.
Teller = Callable[..., Iterator[str]]

KIND_NAMES: dict[StepKind, str] = {
    "apply": "mengajukan permohonan",
    "receive": "menerima berkas",
    "check": "memeriksa",
    "register": "mendaftarkan dan memberi resi",
    "forward": "meneruskan",
    "verify": "memverifikasi",
    "paraf": "membubuhkan paraf",
    "enter_data": "mengentri data dan menyiapkan dokumen",
    "sign": "menandatangani",
    "stamp": "membubuhkan cap",
    "send": "mengirim dokumen",
    "hand_over": "menyerahkan dokumen",
    "acknowledge": "menandatangani tanda terima",
    "archive": "mengarsipkan",
    "lift": "mengangkat berkas",
    "print_file": "mencetak berkas permohonan",
    "print": "mencetak dokumen",
    "sort": "memilah per kecamatan",
    "handover_record": "membuat berita acara pengiriman",
    "distribute": "membagikan",
    "announce": "memberi tahu pemohon",
    "interview": "mewawancarai",
    "check_biometrics": "memeriksa biometrik",
    "record_biometrics": "merekam biometrik",
    "activate": "mengaktifkan",
    "unload": "mengunduh data",
    "consolidate": "menggabungkan data",
    "analyse": "menganalisis",
    "inspect": "memeriksa peralatan",
    "repair": "memperbaiki",
    "report": "menyusun laporan",
    "number_and_send": "memberi nomor dan mengirim surat",
}
CHANNEL_NAMES: dict[Channel, str] = {
    "online": "secara daring",
    "counter": "di loket",
    "whatsapp": "lewat WhatsApp",
    "internal": "sebagai pekerjaan kantor sendiri",
    "automatic": "tanpa permohonan, dibuka oleh sistem",
}
OPENING_NAMES: dict[Opening, str] = {
    "monthly": "setiap bulan",
    "quarterly": "setiap triwulan",
    "semester": "setiap semester",
    "id_card_ready": "saat KTP-el seorang penduduk dapat dicetak",
}
NATURE_NAMES: dict[Nature | None, str] = {
    "original": "asli",
    "letter": "surat yang disimpan kantor",
    "copy": "fotokopi",
    "shown": "cukup ditunjukkan",
    None: "tidak ditentukan",
}
REQUIREMENT_KINDS = {
    "upload": "diunggah",
    "paper": "dibawa ke loket",
    "form": "diisi pada formulir",
    "eligibility": "syarat tentang orangnya, tanpa berkas",
}
MEDIUM_NAMES: dict[Medium, str] = {"pdf": "berkas PDF", "card": "kartu cetak"}
SOURCE_NAMES = {"own": "register Loket sendiri", "siak": "SIAK"}
SEND_NAMES = {"email": "surel", "history": "riwayat permohonan"}
SIGNATURE_NAMES = {"electronic": "secara elektronik", "wet": "dengan pena"}
EVENT_NAMES: dict[Event, str] = {
    "birth": "kelahiran",
    "birth_abroad": "kelahiran di luar negeri",
    "stillbirth": "lahir mati",
    "birth_statement": "surat keterangan kelahiran",
    "death": "kematian",
    "death_statement": "surat keterangan kematian",
    "marriage": "perkawinan",
    "marriage_annulment": "pembatalan perkawinan",
    "divorce": "perceraian",
    "divorce_annulment": "pembatalan perceraian",
    "adoption": "pengangkatan anak",
    "acknowledgement": "pengakuan anak",
    "legitimation": "pengesahan anak",
    "name_change": "perubahan nama",
    "akta_correction": "pembetulan akta",
    "other_event": "peristiwa penting lainnya",
    "akta_annulment": "pembatalan akta oleh pengadilan",
    "akta_withdrawal": "penarikan akta oleh pejabat yang menerbitkannya",
    "citizenship_gain": "perolehan kewarganegaraan",
    "citizenship_loss": "pelepasan kewarganegaraan",
    "civil_statement": "surat keterangan pencatatan sipil",
    "extract_reissue": "penerbitan ulang kutipan akta",
    "family_card": "Kartu Keluarga (F-1.15)",
    "family_new": "keluarga baru",
    "family_divorced": "pisah Kartu Keluarga",
    "family_split": "pecah Kartu Keluarga",
    "family_join": "menumpang Kartu Keluarga",
    "family_head_changed": "penggantian kepala keluarga",
    "family_member_added": "penambahan anggota keluarga",
    "family_member_removed": "pengurangan anggota keluarga",
    "family_replaced": "Kartu Keluarga hilang atau rusak",
    "family_data_changed": "perubahan data Kartu Keluarga",
    "move_within": "pindah di dalam kabupaten/kota",
    "move_out": "pindah keluar",
    "move_in": "kedatangan",
    "move_abroad": "pindah ke luar negeri",
    "return_from_abroad": "datang dari luar negeri",
    "foreign_residence": "tempat tinggal orang asing",
    "identity_substitute": "pengganti tanda identitas",
    "id_card_new": "KTP-el baru",
    "id_card_replaced": "KTP-el hilang atau rusak",
    "id_card_changed": "perubahan data KTP-el",
    "child_card": "Kartu Identitas Anak",
    "data_access": "pemanfaatan data",
}


def quoted(text: str) -> str:
    """A published text inside a sentence."""
    return f'"{" ".join(text.split())}"'


def stated(text: str) -> str:
    """A published text at the end of a sentence, with one full stop."""
    return f"{' '.join(text.split()).rstrip('.')}."


def listed(items: Iterable[str], word: str = "dan") -> str:
    """`a, b dan c`."""
    *first, last = items
    return f"{', '.join(first)} {word} {last}" if first else last


def actor_name(actor: str, roles: Mapping[str, str]) -> str:
    """Who acts, as the office calls the role."""
    return {APPLICANT: "pemohon", SYSTEM: "sistem", **roles}.get(actor, actor)


def condition_words(
    when: Condition | None, questions: Sequence[Question], fields: Sequence[FormField] = ()
) -> str:
    """`jika "..." dijawab "..."`, "" where there is no condition."""
    asked = {question.key: (question.text, question.options) for question in questions}
    labels = {entry.key: entry.label for entry in fields}
    parts = []
    for key, wanted in (when or {}).items():
        text, options = asked.get(key, (labels.get(key, key), {}))
        values = wanted if isinstance(wanted, list) else [wanted]
        answers = [quoted(options.get(str(value), _answer(value))) for value in values]
        parts.append(f"{quoted(text)} dijawab {listed(answers, 'atau')}")
    return f"jika {listed(parts)}" if parts else ""


def _answer(value: str | bool) -> str:
    return ("Ya" if value else "Tidak") if isinstance(value, bool) else value


def matched(
    old: Sequence[Item], new: Sequence[Item], *keys: Callable[[Item], Any]
) -> tuple[list[Item], list[Item], list[tuple[Item, Item]]]:
    """What came, what went, and what stayed as (old, new), matched by the first key, then by the next."""
    came, gone, stayed = list(new), list(old), []
    for key in keys:
        for item in list(came):
            other = next((found for found in gone if key(found) == key(item)), None)
            if other is not None:
                stayed.append((other, item))
                gone.remove(other)
                came.remove(item)
    stayed.sort(key=lambda pair: new.index(pair[1]))
    return came, gone, stayed


def reordered(old: Sequence[Item], stayed: Sequence[tuple[Item, Item]]) -> bool:
    """Whether what stayed stands in another order than before."""
    places = [old.index(before) for before, _ in stayed]
    return places != sorted(places)


def told(table: Mapping[str, Teller | None], old: Any, new: Any, rest: str, *further: Any) -> Iterator[str]:
    """Each field that differs, in its own words, no sentence twice; `rest` where they have nothing to say.

    So no difference is passed over in silence, but for names that only files and addresses use (None).
    """
    sentences: list[str] = []
    for name, words in table.items():
        if words is not None and getattr(old, name) != getattr(new, name):
            sentences += list(words(old, new, *further)) or [rest]
    yield from dict.fromkeys(sentences)


def became(what: str, name: str, show: Callable[[Any], str] = str) -> Teller:
    """The teller of a field that has one value: "... berubah dari ... menjadi ..."."""

    def words(old: Any, new: Any, *_: Any) -> Iterator[str]:
        before, now = getattr(old, name), getattr(new, name)
        if before in ("", None):
            yield f"{what} sekarang {show(now)}."
        elif now in ("", None):
            yield f"{what} tidak lagi {show(before)}."
        else:
            yield f"{what} berubah dari {show(before)} menjadi {show(now)}."

    return words


def lines_changed(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Lines of a list that came, went or changed places."""
    for line in new:
        if line not in old:
            yield f"{what}, baru: {stated(line)}"
    for line in old:
        if line not in new:
            yield f"{what}, tidak lagi: {stated(line)}"
    if sorted(old) == sorted(new) and list(old) != list(new):
        yield f"{what}: urutannya berubah."
