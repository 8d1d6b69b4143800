"""Letters of pencatatan sipil and the note beside an akta: what they say, from the event of the case."""

from collections.abc import Callable
from datetime import date
from typing import Any

from loket.cases.actions.products.content import Content, NothingRecorded, event
from loket.cases.models import Case
from loket.core.identity import mask_name, mask_number
from loket.core.wording import long_date
from loket.register.actions.extracts import record_of_extract
from loket.register.models import CivilRecord
from loket.register.rules import civil


def person(who: str, said: dict[str, Any]) -> dict[str, str]:
    """Somebody as a template takes them: `child_name`, `child_nik` and so on."""
    keys = ("name", "nik", "birth_place", "birth_date")
    return {f"{who}_{key}": said.get(key, "") for key in keys}


def couple(facts: dict[str, Any]) -> dict[str, str]:
    """Husband and wife; whoever has no NIK is named with the travel document."""
    found: dict[str, str] = {}
    for who in ("husband", "wife"):
        found |= person(who, facts[who])
        found[f"{who}_travel_document"] = "" if facts[who]["nik"] else facts[who]["travel_document"]
    return found


def court(facts: dict[str, Any]) -> dict[str, str]:
    """What a court decided, empty where none did."""
    return {key: facts.get(key, "") for key in ("court", "judgment_number", "judgment_date")}


def _brief(facts: dict[str, Any], *people: str) -> dict[str, str]:
    """Parents by name and NIK; a missing father stays away."""
    return {f"{who}_{key}": (facts[who] or {}).get(key, "") for who in people for key in ("name", "nik")}


def _letter(case: Case, name: str, nik: str, context: dict[str, Any]) -> Content:
    number = event(case).number
    shown = {"Nama": mask_name(name)} | ({"NIK": mask_number(nik)} if nik else {})
    return Content(number, name, f"letter:{number}", context, shown)


def _birth_statement(case: Case) -> Content:
    facts = event(case).facts
    keys = ("child_name", "sex", "birth_place", "birth_date", "child_order")
    context = {key: facts[key] for key in keys} | _brief(facts, "father", "mother")
    context["birth_time"] = facts["birth_time"].replace(":", ".")
    return _letter(case, facts["child_name"], "", context)


def _birth_abroad(case: Case) -> Content:
    found = event(case)
    facts = found.facts
    child = facts["child"]
    keys = ("country", "proof_number", "proof_date", "mission", "mission_number", "mission_date")
    context = {f"child_{key}": child[key] for key in ("name", "nik", "sex", "birth_place", "birth_date")}
    context |= {key: facts[key] for key in keys} | _brief(facts, "father", "mother")
    return _letter(case, child["name"], child["nik"], context)


def _stillbirth(case: Case) -> Content:
    facts = event(case).facts
    keys = ("sex", "birth_place", "birth_date", "weeks", "child_order", "cause", "stated_by")
    context = {key: facts[key] for key in keys} | _brief(facts, "father", "mother")
    return _letter(case, facts["mother"]["name"], facts["mother"]["nik"], context)


def _death_statement(case: Case) -> Content:
    facts = event(case).facts
    dead = facts["person"]
    keys = ("death_place", "death_date", "cause", "stated_by")
    context = person("person", dead) | {key: facts[key] for key in keys}
    return _letter(case, dead["name"], dead["nik"], context)


def _annulment(case: Case) -> Content:
    facts = event(case).facts
    keys = ("record_number", "record_date")
    context = {**couple(facts), **{key: facts[key] for key in keys}, **court(facts)}
    names = f"{facts['husband']['name']} dan {facts['wife']['name']}"
    return _letter(case, names, "", context)


def _adoption(case: Case) -> Content:
    facts = event(case).facts
    child = facts["child"]
    context = {
        **person("child", child),
        "birth_number": facts["birth_number"],
        **_brief(facts, "father", "mother"),
        **court(facts),
    }
    return _letter(case, child["name"], child["nik"], context)


def _citizenship_loss(case: Case) -> Content:
    facts = event(case).facts
    keys = ("new_citizenship", "authority", "decision_number", "decision_date")
    context = person("person", facts["person"]) | {key: facts[key] for key in keys}
    return _letter(case, facts["person"]["name"], facts["person"]["nik"], context)


def _statement(case: Case) -> Content:
    found = event(case)
    akta = record_of_extract(found)
    # The event is somebody's: it does not begin without a resident.
    asked = found.resident
    said = (
        {
            "name": asked.name,
            "nik": asked.nik,
            "birth_place": asked.birth_place,
            "birth_date": asked.birth_date.isoformat(),
        }
        if asked
        else {}
    )
    context = {
        **person("person", said),
        "record_title": civil.BOOK_TITLES[akta.book],
        "record_number": akta.number,
        "record_date": akta.recorded_on.isoformat(),
        "content": _in_one_sentence(akta),
        "purpose": found.facts["purpose"],
    }
    return _letter(case, context["person_name"], context["person_nik"], context)


def _on(day: str) -> str:
    return long_date(date.fromisoformat(day))


def _in_one_sentence(akta: CivilRecord) -> str:
    """What an akta records, with what has become of it."""
    facts, name = akta.facts, akta.subject_name
    if akta.book in civil.BIRTH_BOOKS:
        text = f"kelahiran {name}"
    elif akta.book == civil.BOOKS["death"]:
        text = f"kematian {name} pada tanggal {_on(facts['death_date'])}"
    elif akta.book == civil.BOOKS["marriage"]:
        pair = f"{facts['husband']['name']} dengan {facts['wife']['name']}"
        text = f"perkawinan {pair} pada tanggal {_on(facts['wedding_date'])}"
    elif akta.book == civil.BOOKS["divorce"]:
        text = f"perceraian {facts['husband']['name']} dengan {facts['wife']['name']}"
    else:
        verb = "pengakuan" if akta.book == civil.BOOKS["acknowledgement"] else "pengesahan"
        text = f"{verb} anak {name} oleh {facts['father']['name']}"
    notes = "; ".join(note["note"] for note in facts.get("notes", []))
    return f"{text}. Catatan pinggir: {notes}" if notes else text


_NOTED = {"marriage_annulment": "marriage", "divorce_annulment": "divorce", "divorce": "marriage"}


def _margin_note(case: Case) -> Content:
    found = event(case)
    facts = found.facts
    if "note" not in facts:
        raise NothingRecorded("Permohonan ini tidak membuat catatan pinggir pada akta kantor ini.")
    pair = [facts[who] for who in ("husband", "wife") if who in facts]
    holders = facts.get("holders") or [{"name": one["name"], "nik": one["nik"]} for one in pair]
    book = civil.BOOKS[_NOTED[found.kind]] if found.kind in _NOTED else facts["record_book"]
    context = {
        "record_title": civil.BOOK_TITLES[book],
        "record_number": facts["record_number"],
        "record_date": facts["record_date"],
        "holders": holders,
        "note": facts["note"],
        "basis": facts["basis"],
    }
    shown = {"Akta": facts["record_number"]}
    names = " dan ".join(holder["name"] for holder in holders)
    return Content(found.number, names, f"note:{found.number}", context, shown)


BUILDERS: dict[str, Callable[[Case], Content]] = {
    "surat-keterangan-kelahiran": _birth_statement,
    "surat-keterangan-lahir-mati": _stillbirth,
    "surat-keterangan-pelaporan-kelahiran": _birth_abroad,
    "surat-keterangan-kematian": _death_statement,
    "surat-keterangan-pembatalan-perkawinan": _annulment,
    "surat-keterangan-pembatalan-perceraian": _annulment,
    "surat-keterangan-pengangkatan-anak": _adoption,
    "surat-keterangan-pelepasan-kewarganegaraan": _citizenship_loss,
    "surat-keterangan-pencatatan-sipil": _statement,
    "catatan-pinggir": _margin_note,
}
