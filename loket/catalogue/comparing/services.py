"""What changed in the services of an office: those that came and went, their texts, their variants."""

from collections.abc import Iterator, Mapping, Sequence

from loket.catalogue.comparing.steps import Roles
from loket.catalogue.comparing.variants import variant_changes
from loket.catalogue.comparing.words import (
    Teller,
    became,
    lines_changed,
    listed,
    matched,
    quoted,
    reordered,
    stated,
    told,
)
from loket.catalogue.rules import COMPONENT_NAMES, Service, Sop, StandardText
from loket.core.wording import long_date

# Of a long list of choices only the first are named.
MOST_NAMED = 5
Said = tuple[str, str, str]  # service, variant ("" for the whole service), sentence


def service_list_changes(old: Sequence[Service], new: Sequence[Service], roles: Roles) -> Iterator[Said]:
    """What changed among the services of one office."""
    came, gone, stayed = matched(old, new, lambda service: service.service)
    for service in came:
        count = len(service.variants)
        yield service.service, "", f"Layanan baru: {quoted(service.name)} dengan {count} varian."
    for service in gone:
        yield service.service, "", f"Layanan {quoted(service.name)} tidak ada lagi."
    for before, now in stayed:
        yield from _service_changes(before, now, roles)


def _service_changes(old: Service, new: Service, roles: Roles) -> Iterator[Said]:
    for sentence in told(SERVICE_FIELDS, old, new, "Keterangan lain pada layanan ini berubah."):
        yield new.service, "", sentence
    came, gone, stayed = matched(
        old.variants, new.variants, lambda item: item.variant, lambda item: item.name
    )
    for variant in came:
        yield new.service, variant.variant, f"Varian baru: {stated(variant.name)}"
    for variant in gone:
        yield new.service, variant.variant, f"Varian {quoted(variant.name)} tidak ada lagi."
    for before, now in stayed:
        for sentence in variant_changes(before, now, roles):
            yield new.service, now.variant, sentence
    if reordered(old.variants, stayed):
        yield (
            new.service,
            "",
            f"Urutan varian sekarang: {listed([quoted(item.name) for item in new.variants])}.",
        )


def _effective_from(old: Service, new: Service) -> Iterator[str]:
    before, now = long_date(old.effective_from), long_date(new.effective_from)
    yield f"Mulai berlaku {now}; yang lama mulai berlaku {before}."


def _source(old: Service, new: Service) -> Iterator[str]:
    before, now = (f"{source.file}, {quoted(source.heading)}" for source in (old.source, new.source))
    yield f"Sumbernya sekarang {now}; sebelumnya {before}."


def _internal(_: Service, new: Service) -> Iterator[str]:
    if new.internal:
        yield "Sekarang pekerjaan kantor sendiri, tidak ditawarkan kepada masyarakat."
    else:
        yield "Sekarang ditawarkan kepada masyarakat."


def _standard(old: Service, new: Service) -> Iterator[str]:
    for key, name in COMPONENT_NAMES.items():
        if key in ("requirements", "procedure", "deadline"):
            continue
        before, now = old.standard.get(key, ""), new.standard.get(key, "")
        if before != now:
            yield from _text_changes(name, before, now)


def _text_changes(name: str, old: StandardText, new: StandardText) -> Iterator[str]:
    before, now = _lines(old), _lines(new)
    if len(before) == len(now) == 1:
        yield f"{name} berubah dari {quoted(before[0])} menjadi {quoted(now[0])}."
    else:
        yield from lines_changed(name, before, now)


def _lines(text: StandardText) -> list[str]:
    parts = text.splitlines() if isinstance(text, str) else text
    return [" ".join(part.split()) for part in parts if part.strip()]


def _sop(old: Service, new: Service) -> Iterator[str]:
    yield from told(SOP_FIELDS, old.sop, new.sop, "Kepala lembar SOP berubah.")


def _sop_list(what: str, name: str) -> Teller:
    def words(old: Sop, new: Sop) -> Iterator[str]:
        yield from lines_changed(f"SOP, {what}", getattr(old, name), getattr(new, name))

    return words


def _layout(old: Service, new: Service) -> Iterator[str]:
    before = {key: title for section in old.layout for key, title in section.components.items()}
    now = {key: title for section in new.layout for key, title in section.components.items()}
    for key, title in now.items():
        if before.get(key, title) != title:
            yield f"Komponen {quoted(before[key])} sekarang berjudul {quoted(title)}."
    if list(before) != list(now) or [len(part.components) for part in old.layout] != [
        len(part.components) for part in new.layout
    ]:
        yield "Urutan 14 komponen pada cetakan standar berubah."
    if [part.heading for part in old.layout] != [part.heading for part in new.layout]:
        yield "Judul kelompok komponen pada cetakan standar berubah."
    if [part.restart for part in old.layout] != [part.restart for part in new.layout]:
        yield "Penomoran komponen pada cetakan standar berubah."
    if [part.marks for part in old.layout] != [part.marks for part in new.layout]:
        yield "Huruf atau angka di depan butir pada cetakan standar berubah."


def _choices(old: Service, new: Service) -> Iterator[str]:
    labels = {
        entry.choice_list: entry.label
        for variant in reversed(new.variants)
        for field in reversed(variant.fields())
        for entry in (*field.columns, field)
        if entry.choice_list
    }
    told_by_fields = 0
    for name, choices in {**old.choices, **new.choices}.items():
        if name not in old.choices or name not in new.choices:
            told_by_fields += 1
            continue
        yield from _choice_changes(labels.get(name, name), old.choices[name], choices)
    if told_by_fields and [*old.choices] != [*new.choices]:
        yield "Isian pilihan pada formulir berubah; lihat per varian."


def _choice_changes(label: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    came = [text for code, text in new.items() if code not in old]
    gone = [text for code, text in old.items() if code not in new]
    if came:
        yield f"Pilihan baru pada {quoted(label)}: {_some(came)}."
    if gone:
        yield f"Pilihan tidak ada lagi pada {quoted(label)}: {_some(gone)}."
    for code, text in new.items():
        if old.get(code, text) != text:
            yield f"Pilihan {quoted(old[code])} pada {quoted(label)} sekarang berbunyi {quoted(text)}."
    if not came and not gone and list(old) != list(new):
        yield f"Urutan pilihan pada {quoted(label)} berubah."


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - MOST_NAMED
    return listed([*texts[:MOST_NAMED], f"{more} lainnya"] if more > 0 else texts)


SERVICE_FIELDS: dict[str, Teller | None] = {
    "service": None,
    "office": None,
    "number": became("Nomor standar", "number"),
    "name": became("Nama layanan", "name", quoted),
    "group": became("Kelompok layanan", "group", quoted),
    "source": _source,
    "effective_from": _effective_from,
    "internal": _internal,
    # Told for each variant.
    "register_source": None,
    "variants": None,
    "standard": _standard,
    "layout": _layout,
    "sop": _sop,
    "choices": _choices,
}
SOP_FIELDS: dict[str, Teller | None] = {
    "name": became("Nama SOP", "name", quoted),
    "number": became("Nomor SOP", "number", quoted),
    "created": became("Tanggal pembuatan SOP", "created", quoted),
    "revised": became("Tanggal revisi SOP", "revised", quoted),
    "effective": became("Tanggal efektif SOP", "effective", quoted),
    "approved_by": became("Pejabat yang mengesahkan SOP", "approved_by", quoted),
    "legal_basis": _sop_list("dasar hukum", "legal_basis"),
    "qualification": _sop_list("kualifikasi pelaksana", "qualification"),
    "related": _sop_list("keterkaitan", "related"),
    "equipment": _sop_list("peralatan", "equipment"),
    "warnings": _sop_list("peringatan", "warnings"),
    "recording": _sop_list("pencatatan dan pendataan", "recording"),
}
