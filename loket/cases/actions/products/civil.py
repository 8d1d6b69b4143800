"""Kutipan akta: what they say, from the entry in the book. Letters are in `civil_letters`."""

from collections.abc import Callable
from typing import Any

from loket.cases.actions.products import civil_letters
from loket.cases.actions.products.content import Content, NothingRecorded
from loket.cases.models import Case
from loket.core.identity import mask_name, mask_number
from loket.register import queries as register
from loket.register.actions.extracts import record_of_extract
from loket.register.models import CivilRecord
from loket.register.rules import civil

_CITIZENS = "WARGA NEGARA INDONESIA"


def akta_of(case: Case) -> CivilRecord:
    """The akta that a case led to, or of which it asks a new kutipan or a note. Raises NothingRecorded."""
    event = register.event_of_case(case.ref)
    if event is not None and "record" in event.facts:
        return record_of_extract(event)
    entry = register.record_of_case(case.ref)
    if entry is None:
        raise NothingRecorded()
    return entry


def _kutipan(entry: CivilRecord, name: str, context: dict[str, Any], shown: dict[str, str]) -> Content:
    """A kutipan with the notes beside its akta; a new one supersedes that of before."""
    noted = {**context, "notes": entry.facts.get("notes", [])}
    return Content(entry.number, name, f"akta:{entry.number}", noted, shown)


def _content(entry: CivilRecord, context: dict[str, Any], name: str, nik: str, year: str) -> Content:
    shown = {"Nama": mask_name(name), "Tahun": year}
    if nik:
        shown["NIK"] = mask_number(nik)
    return _kutipan(entry, name, context, shown)


def _birth(case: Case) -> Content:
    entry = akta_of(case)
    child, facts = entry.resident, entry.facts
    kind = facts["parents_kind"]
    said = facts.get("child") or {}
    born = child.birth_date.isoformat() if child else said["birth_date"]
    context = {
        "nik": entry.subject_nik,
        "name": entry.subject_name,
        "sex": child.sex if child else said["sex"],
        "birth_place": child.birth_place if child else said["birth_place"],
        "birth_date": born,
        "citizenship": _CITIZENS if child and child.nationality == civil.CITIZEN else "",
        "parents_kind": kind,
    }
    if kind != "unknown":
        context |= {"child_order": facts["birth_order"], "mother_name": facts["mother"]["name"]}
    if kind in ("married", "unrecorded"):
        context["father_name"] = facts["father"]["name"]
    shown = {"Nama": mask_name(entry.subject_name)}
    if entry.subject_nik:
        shown["NIK"] = mask_number(entry.subject_nik)
    shown["Tahun lahir"] = born[:4]
    return _kutipan(entry, entry.subject_name, context, shown)


def _death(case: Case) -> Content:
    entry = akta_of(case)
    person = entry.facts["person"]
    keys = ("nik", "name", "sex", "birth_place", "birth_date", "father_name", "mother_name")
    context = {key: person.get(key, "") for key in keys}
    context |= {
        "death_place": entry.facts["death_place"],
        "death_date": entry.facts["death_date"],
        "citizenship": _citizens(person),
    }
    return _content(entry, context, person["name"], person["nik"], entry.facts["death_date"][:4])


def _citizens(*people: dict[str, Any]) -> str:
    """The line under the title, where everybody is Indonesian."""
    return _CITIZENS if all(person.get("citizenship") == civil.CITIZEN for person in people) else ""


def _couple(entry: CivilRecord) -> dict[str, Any]:
    husband, wife = entry.facts["husband"], entry.facts["wife"]
    return {**civil_letters.couple(entry.facts), "citizenship": _citizens(husband, wife)}


def _of_couple(entry: CivilRecord, context: dict[str, Any], year: str) -> Content:
    husband, wife = entry.facts["husband"], entry.facts["wife"]
    shown = {"Suami": mask_name(husband["name"]), "Istri": mask_name(wife["name"]), "Tahun": year}
    names = f"{husband['name']} dan {wife['name']}"
    return _kutipan(entry, names, context, shown)


def _marriage(case: Case) -> Content:
    entry = akta_of(case)
    facts = entry.facts
    said = {key: facts[key] for key in ("wedding_date", "wedding_place", "religion", "officiant")}
    return _of_couple(entry, {**_couple(entry), **said}, facts["wedding_date"][:4])


def _divorce(case: Case) -> Content:
    entry = akta_of(case)
    facts = entry.facts
    context = {
        **_couple(entry),
        "marriage_number": facts["record_number"],
        "marriage_recorded": facts["record_date"],
        **civil_letters.court(facts),
    }
    return _of_couple(entry, context, str(entry.recorded_on.year))


def _child(entry: CivilRecord) -> dict[str, Any]:
    facts = entry.facts
    parents = {
        f"{who}_{key}": facts[who].get(key, "") for who in ("father", "mother") for key in ("name", "nik")
    }
    return {
        **civil_letters.person("child", facts["child"]),
        "birth_number": facts["birth_number"],
        **parents,
        **civil_letters.court(facts),
    }


def _acknowledgement(case: Case) -> Content:
    entry = akta_of(case)
    child = entry.facts["child"]
    context = {**_child(entry), "wedding_date": entry.facts["wedding_date"]}
    return _content(entry, context, child["name"], child["nik"], str(entry.recorded_on.year))


def _legitimation(case: Case) -> Content:
    entry = akta_of(case)
    child = entry.facts["child"]
    keys = ("marriage_number", "marriage_recorded")
    context = {**_child(entry), **{key: entry.facts[key] for key in keys}}
    return _content(entry, context, child["name"], child["nik"], str(entry.recorded_on.year))


BUILDERS: dict[str, Callable[[Case], Content]] = {
    "kutipan-akta-kelahiran": _birth,
    "kutipan-akta-kematian": _death,
    "kutipan-akta-perkawinan": _marriage,
    "kutipan-akta-perceraian": _divorce,
    "kutipan-akta-pengakuan-anak": _acknowledgement,
    "kutipan-akta-pengesahan-anak": _legitimation,
    **civil_letters.BUILDERS,
}
