"""What changed at an office itself: hours, roles and their rights, sites, what it announces."""

from collections.abc import Iterator

from loket.catalogue.comparing.words import (
    EVENT_NAMES,
    Teller,
    became,
    lines_changed,
    listed,
    matched,
    quoted,
    told,
)
from loket.core.numbering import RESETS
from loket.offices.rules import (
    RIGHT_NAMES,
    WEEKDAYS,
    CardRules,
    NumberRule,
    OfficeFile,
    Right,
    RoleFile,
    SiteFile,
    StopReason,
)

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
SITE_KINDS = {"kecamatan": "kecamatan", "mpp": "MPP", "kupt": "KUPT", "keliling": "layanan keliling"}


def office_changes(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    """What changed between two states of an office."""
    yield from told(OFFICE_FIELDS, old, new, "Keterangan lain tentang kantor berubah.")


def _hours(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    before, now = dict(old.hours), dict(new.hours)
    for day in WEEKDAYS:
        was, becomes = (_spans(dict(hours).get(day, [])) for hours in (before.items(), now.items()))
        if was != becomes:
            yield f"Jam buka {day} berubah dari {was} menjadi {becomes}."


def _spans(spans: list[str]) -> str:
    return listed(spans) if spans else "tutup"


def _joint_leave(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    yield f"Kantor sekarang {'tutup' if new.closed_on_joint_leave else 'buka'} pada cuti bersama."


def _id_card_when_married(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    now = "sekarang juga" if new.id_card_when_married else "tidak lagi"
    yield f"KTP-el pertama {now} disiapkan sendiri bagi yang sudah menikah sebelum 17 tahun."


def _cards(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    yield from told(CARD_FIELDS, old.cards, new.cards, "Ketentuan lain tentang kartu berubah.")


def _sktt_with_itap(_: CardRules, new: CardRules) -> Iterator[str]:
    yield f"SKTT sekarang {'juga' if new.sktt_with_itap else 'tidak lagi'} diberikan dengan ITAP."


def _move_letter_days(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    periods = [f"{period.days} hari sejak {period.since:%d-%m-%Y}" for period in new.move_letter_days]
    yield f"Masa berlaku SKPWNI sekarang {listed(periods)}."


def _card_by_declaration(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    now = "cukup" if new.card_by_declaration else "tidak cukup"
    yield f"SPTJM sekarang {now} sebagai bukti kawin untuk Kartu Keluarga."


def _children_may_head(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    now = "boleh" if new.children_may_head else "tidak boleh"
    yield f"Anak sekarang {now} menjadi kepala keluarga bila hanya anak-anak yang tinggal."


def _split_needs_id_card(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    yield f"Pisah KK sekarang {'harus' if new.split_needs_id_card else 'tidak harus'} dengan KTP-el."


def _late_fines(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    names: dict[str, str] = {**EVENT_NAMES}
    fines = [f"{names[event]} Rp{fine}" for event, fine in sorted(new.late_fines.items())]
    yield f"Denda pelaporan terlambat sekarang {listed(fines) if fines else 'tidak ada'}."


def _old_deaths_by_papers(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    now = "cukup" if new.old_deaths_by_papers else "tidak cukup"
    yield f"Surat lama dan dua saksi sekarang {now} untuk kematian orang yang tidak ada di register."


def _register_source(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    own = new.register_source == "own"
    yield f"Nomor dan register sekarang dari {'Loket sendiri' if own else 'SIAK'}."


def _complaints(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    yield from lines_changed("Saluran pengaduan", old.complaints, new.complaints)


def _announced(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    yield from lines_changed("Layanan yang diumumkan tanpa standar", old.announced, new.announced)


def _numbers(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    before, now = ([_number(rule) for rule in file.numbers] for file in (old, new))
    yield from lines_changed("Pola nomor", before, now)


def _number(rule: NumberRule) -> str:
    begins = "" if rule.reset == "never" else f", urut dari awal setiap {RESETS[rule.reset]}"
    return f"{rule.book} mulai {rule.effective_from:%d-%m-%Y}: {rule.pattern}{begins}"


def _gapless(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    yield from lines_changed("Buku tanpa celah", old.gapless, new.gapless)


def _close_books(_: OfficeFile, new: OfficeFile) -> Iterator[str]:
    how = "sendiri sesudah jam kerja" if new.close_books == "after_hours" else "oleh pegawai"
    yield f"Buku harian sekarang ditutup {how}."


def _sites(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    came, gone, stayed = matched(old.sites, new.sites, lambda site: site.site)
    yield from (f"Titik layanan baru: {_site(site)}." for site in came)
    yield from (f"Titik layanan tidak ada lagi: {_site(site)}." for site in gone)
    for before, now in stayed:
        if before != now:
            yield f"Titik layanan {_site(before)} sekarang {_site(now)}."


def _site(site: SiteFile) -> str:
    area = f", wilayah {site.area}" if site.area else ""
    return f"{quoted(site.name)} ({SITE_KINDS[site.kind]}{area})"


def _stop_reasons(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    came, gone, stayed = matched(old.stop_reasons, new.stop_reasons, lambda item: item.reason)
    yield from (f"Alasan waktu berhenti yang baru: {_reason(item)}." for item in came)
    yield from (f"Alasan waktu berhenti yang tidak ada lagi: {_reason(item)}." for item in gone)
    for before, now in stayed:
        if before != now:
            yield f"Alasan waktu berhenti {_reason(before)} sekarang {_reason(now)}."


def _reason(item: StopReason) -> str:
    return f"{quoted(item.name)} ({'satu permohonan' if item.scope == 'case' else 'seluruh kantor'})"


def _roles(old: OfficeFile, new: OfficeFile) -> Iterator[str]:
    came, gone, stayed = matched(old.roles, new.roles, lambda role: role.role)
    for role in came:
        rights = f", berhak {_rights(role.rights)}" if role.rights else ""
        yield f"Peran baru: {role.name}{rights}."
    yield from (f"Peran tidak ada lagi: {role.name}." for role in gone)
    for before, now in stayed:
        yield from told(ROLE_FIELDS, before, now, f"Keterangan lain pada peran {now.name} berubah.")


def _rights(rights: list[Right]) -> str:
    return listed([RIGHT_NAMES[right] for right in rights])


def _role_name(old: RoleFile, new: RoleFile) -> Iterator[str]:
    yield f"Peran {old.name} sekarang bernama {new.name}."


def _role_title(_: RoleFile, new: RoleFile) -> Iterator[str]:
    yield f"Di bawah tanda tangan {new.name} sekarang tertulis {quoted(new.title or new.name)}."


def _role_at(_: RoleFile, new: RoleFile) -> Iterator[str]:
    place = f"pada titik layanan jenis {SITE_KINDS[new.at]}" if new.at else "pada kantor utama"
    yield f"Peran {new.name} sekarang dipegang {place}."


def _role_outside(_: RoleFile, new: RoleFile) -> Iterator[str]:
    yield f"Peran {new.name} sekarang {'di luar kantor, tanpa akun' if new.outside else 'pegawai kantor'}."


def _role_rights(old: RoleFile, new: RoleFile) -> Iterator[str]:
    given = [right for right in new.rights if right not in old.rights]
    taken = [right for right in old.rights if right not in new.rights]
    if given:
        yield f"Peran {new.name} sekarang berhak {_rights(given)}."
    if taken:
        yield f"Peran {new.name} tidak lagi berhak {_rights(taken)}."


OFFICE_FIELDS: dict[str, Teller | None] = {
    "office": None,
    "area": became("Kode wilayah", "area"),
    "slug": became("Nama pada alamat web", "slug"),
    "name": became("Nama kantor", "name", quoted),
    "short_name": became("Nama pendek kantor", "short_name", quoted),
    "region": became("Nama daerah", "region", quoted),
    "place": became("Tempat penandatanganan", "place", quoted),
    "address": became("Alamat kantor", "address", quoted),
    "zone": became("Zona waktu", "zone", ZONES.__getitem__),
    "village_word": became("Sebutan desa/kelurahan", "village_word", quoted),
    "hours": _hours,
    "closed_on_joint_leave": _joint_leave,
    "register_source": _register_source,
    "answer_days": became("Hari untuk menjawab pengembalian", "answer_days"),
    "remind_days": became("Hari sampai pemohon diingatkan", "remind_days"),
    "complaints": _complaints,
    "announced": _announced,
    "compensation": became("Kompensasi keterlambatan", "compensation", quoted),
    "id_card_when_married": _id_card_when_married,
    "numbers": _numbers,
    "gapless": _gapless,
    "close_books": _close_books,
    "cards": _cards,
    "card_by_declaration": _card_by_declaration,
    "children_may_head": _children_may_head,
    "split_needs_id_card": _split_needs_id_card,
    "late_fines": _late_fines,
    "old_deaths_by_papers": _old_deaths_by_papers,
    "announcement_days": became("Hari kerja pengumuman perkawinan", "announcement_days"),
    "move_letter_days": _move_letter_days,
    "receipt_number": became("Bentuk nomor resi", "receipt_number", quoted),
    "sites": _sites,
    "stop_reasons": _stop_reasons,
    "roles": _roles,
}
CARD_FIELDS: dict[str, Teller | None] = {
    "record_from": became("Usia mulai perekaman KTP-el", "record_from"),
    "child_first_until": became("Usia berakhirnya KIA pertama", "child_first_until"),
    "child_photo_from": became("Usia mulai KIA berfoto", "child_photo_from"),
    "sktt_with_itap": _sktt_with_itap,
    "warn_days": became("Hari sebelum izin tinggal berakhir diingatkan", "warn_days"),
}
ROLE_FIELDS: dict[str, Teller | None] = {
    "role": None,
    "name": _role_name,
    "title": _role_title,
    "at": _role_at,
    "outside": _role_outside,
    "rights": _role_rights,
}
