"""Kutipan akta and letters of pencatatan sipil: what they say, from the register."""

from collections.abc import Callable

from loket.cases.actions.products.content import Content, recorded
from loket.cases.models import Case
from loket.core.identity import mask_name, mask_number


def _birth_certificate(case: Case) -> Content:
    entry, _ = recorded(case)
    child, facts = entry.resident, entry.facts
    kind = facts["parents_kind"]
    context = {
        "nik": child.nik,
        "name": child.name,
        "sex": child.sex,
        "birth_place": child.birth_place,
        "birth_date": child.birth_date.isoformat(),
        "citizenship": "WARGA NEGARA INDONESIA" if child.nationality == "WNI" else "",
        "parents_kind": kind,
        "child_order": facts["birth_order"],
        "mother_name": child.mother_name,
    }
    if kind != "mother_only":
        context["father_name"] = child.father_name
    shown = {
        "Nama": mask_name(child.name),
        "NIK": mask_number(child.nik),
        "Tahun lahir": str(child.birth_date.year),
    }
    return Content(entry.number, child.name, f"akta:{entry.number}", context, shown)


BUILDERS: dict[str, Callable[[Case], Content]] = {"kutipan-akta-kelahiran": _birth_certificate}
