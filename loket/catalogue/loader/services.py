"""An office's services: each file becomes a Service with its procedures, forms and code lists put in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loket.catalogue.loader import checks
from loket.catalogue.loader.folder import OfficeFolder, yaml_files
from loket.catalogue.loader.national import National
from loket.catalogue.loader.problems import Path as Place
from loket.catalogue.loader.problems import Problem
from loket.catalogue.loader.source import SourceFile, read
from loket.catalogue.rules import (
    TEXT_COMPONENTS,
    VILLAGES,
    Form,
    FormPart,
    FormUse,
    Procedure,
    RegisterSource,
    Service,
    Sop,
    StandardText,
    TextComponent,
    Variant,
)

# Filled in from elsewhere, so a service file may not have them.
SERVICE_DERIVED = frozenset({"office", "layout", "choices"})
VARIANT_DERIVED = frozenset({"forms", "form_rules"})
SIAK: RegisterSource = "siak"
# Stands in for a procedure that is missing or broken, so that the rest of the service is still checked.
_STAND_IN: dict[str, Any] = {
    "procedure": "x",
    "name": "x",
    "published": [{"text": "x"}],
    "steps": [
        {"step": "a", "name": "a", "kind": "apply", "actor": "pemohon"},
        {"step": "b", "name": "b", "kind": "send", "actor": "sistem", "send_by": ["history"]},
    ],
}


def read_services(
    folder: OfficeFolder, root: Path, national: National, problems: list[Problem]
) -> list[Service]:
    """The services of an office that are free of errors."""
    services: list[Service] = []
    taken: dict[tuple[str, str], str] = {}
    parsed: list[tuple[SourceFile, Service]] = []
    used: list[str] = []
    before = len(problems)
    for place in yaml_files(folder.path / "services", root, problems):
        source = read(place, root, problems)
        if source is None:
            continue
        reader = _ServiceReader(source, folder, national)
        service = reader.service()
        reader.found.extend(_taken_twice(source, place.name, taken))
        problems.extend(reader.found)
        used += reader.procedures
        if service is not None:
            parsed.append((source, service))
        if service and reader.complete and all(item.severity == "warning" for item in reader.found):
            services.append(service)
    if all(item.severity == "warning" for item in problems[before:]):
        # Only with every service read is it known what they share, and what none of them uses.
        problems.extend(checks.shared_menus(parsed))
        problems.extend(checks.unused_procedures(folder.procedure_files, used))
    return services


def _taken_twice(source: SourceFile, name: str, taken: dict[tuple[str, str], str]) -> Iterator[Problem]:
    data = source.data if isinstance(source.data, dict) else {}
    for key, what in (("service", "layanan"), ("number", "nomor")):
        if key in data:
            mine = (key, str(data[key]))
            if mine in taken:
                yield source.problem((key,), f"{what} '{mine[1]}' sudah dipakai dalam {taken[mine]}.")
            taken.setdefault(mine, name)


class _ServiceReader:
    """Reads one service file. `complete` is False where another file it needs is broken or missing."""

    def __init__(self, source: SourceFile, folder: OfficeFolder, national: National) -> None:
        self.source, self.folder, self.national = source, folder, national
        self.found: list[Problem] = []
        self.procedures: list[str] = []
        self.complete = folder.shared_known

    def service(self) -> Service | None:
        """The resolved service, None where its shape is broken; problems go into `found`."""
        data = self.source.data
        if not isinstance(data, dict):
            self.found.append(self.source.problem((), "berkas ini harus berupa kumpulan isian."))
            return None
        raw = data.get("variants")
        listed = raw if isinstance(raw, list) else []
        read_so_far = [self._variant(("variants", at), item) for at, item in enumerate(listed)]
        variants = [variant for variant in read_so_far if variant is not None]
        resolved: dict[str, Any] = {
            **data,
            "office": self.folder.file.office if self.folder.file else "",
            "layout": self.folder.layout,
            "choices": self._choices(variants),
        }
        if listed:
            # Broken variants have been reported; an empty one stands in so that the rest is still checked.
            resolved["variants"] = variants or [Variant.model_construct()]
        service = self.source.parse(Service, resolved, self.found, derived=SERVICE_DERIVED)
        if service is None or not variants:
            return None
        # What the office says to applicants is not said of its own work.
        shared = {} if service.internal else self.folder.texts
        texts = {**shared, **service.standard}
        ordered: dict[TextComponent, StandardText] = {
            key: texts[key] for key in TEXT_COMPONENTS if key in texts
        }
        sop = service.sop.model_copy(update=_said(self.folder.sop) | _said(service.sop))
        service = service.model_copy(update={"standard": ordered, "sop": sop})
        self.found.extend(checks.service_problems(self.source, service))
        if self.folder.shared_known:
            self.found.extend(checks.text_problems(self.source, service))
        return service

    def _variant(self, at: Place, data: Any) -> Variant | None:
        procedure: Procedure | None = None
        if isinstance(data, dict) and "procedure" in data:
            procedure = self._procedure(at, data["procedure"])
            data = {**data, "procedure": procedure or _STAND_IN}
        variant = self.source.parse(Variant, data, self.found, at, VARIANT_DERIVED)
        if variant is None:
            return None
        internal = self.source.data.get("internal") is True
        forms, all_known = self._forms(at, variant)
        parts = [part for _, chosen in forms for part in chosen]
        asked = {entry.key for part in parts for entry in part.fields}
        rules = [
            rule
            for form, _ in forms
            for rule in form.rules
            if asked.issuperset([*rule.fields, *(rule.when or {})])
        ]
        variant = variant.model_copy(update={"forms": parts, "form_rules": rules})
        self.complete = self.complete and all_known and procedure is not None
        if procedure is not None:
            hours = self.folder.hours
            self.found.extend(checks.deadline_problems(self.source, at, variant, hours, internal=internal))
            self.found.extend(checks.making_problems(self.source, at, variant, self.folder.roles))
        if all_known:
            self.found.extend(checks.field_problems(self.source, at, variant))
        documents, cards = self.national.documents, self.national.cards
        self.found.extend(checks.variant_problems(self.source, at, variant, documents, cards))
        return _with_menu(_with_deadline(self._with_source(at, variant)))

    def _with_source(self, at: Place, variant: Variant) -> Variant:
        """The variant with where its numbers and documents come from: as it says, the service, the office.

        What the office's word says of all is no mistake for an event that SIAK has no screen for.
        """
        chosen = variant.register_source or self.source.data.get("register_source")
        usual = self.folder.file.register_source if self.folder.file else "own"
        if chosen == SIAK and variant.event not in self.national.screens:
            message = f"varian '{variant.variant}' tidak mencatat peristiwa yang punya layar SIAK."
            self.found.append(self.source.problem(at, message))
        handed = (chosen or usual) == SIAK and variant.event in self.national.screens
        return variant.model_copy(update={"register_source": SIAK if handed else None})

    def _procedure(self, at: Place, slug: Any) -> Procedure | None:
        known = self.folder.procedures
        if not isinstance(slug, str):
            self.found.append(self.source.problem((*at, "procedure"), "procedure harus berupa nama alur."))
            return None
        self.procedures.append(slug)
        if slug not in known:
            self.found.append(self.source.unknown((*at, "procedure"), "alur", slug, known))
        return known.get(slug)

    def _forms(self, at: Place, variant: Variant) -> tuple[list[tuple[Form, list[FormPart]]], bool]:
        """The forms with the parts that the variant asks for, in its order; and whether all are known."""
        chosen: list[tuple[Form, list[FormPart]]] = []
        forms, all_known = self.national.forms, True
        for here, use in _form_uses(at, variant):
            form = forms.get(use.form)
            if form is not None:
                chosen.append((form, self._parts(here, form, use)))
                continue
            all_known = False
            if use.form not in forms:
                self.found.append(self.source.unknown((*here, "form"), "formulir", use.form, forms))
        return chosen, all_known

    def _parts(self, here: Place, form: Form, use: FormUse) -> list[FormPart]:
        parts = {part.part: part for part in form.parts}
        effective = str(self.source.data.get("effective_from", ""))
        if effective and effective < form.valid_from.isoformat():
            message = f"formulir '{form.form}' baru berlaku sejak {form.valid_from.isoformat()}."
            self.found.append(self.source.problem((*here, "form"), message))
        for index, name in enumerate(use.parts):
            if name not in parts:
                what = f"bagian formulir '{form.form}'"
                self.found.append(self.source.unknown((*here, "parts", index), what, name, parts))
        return [parts[name] for name in use.parts if name in parts]

    def _choices(self, variants: list[Variant]) -> dict[str, dict[str, str]]:
        """The lists that the forms choose from; villages are those of the office's own area."""
        names = set().union(*(variant.choice_lists() for variant in variants))
        lists = self.national.code_lists
        if VILLAGES in names:
            area = self.folder.file.area if self.folder.file else ""
            lists = {**lists, VILLAGES: self.national.villages(area)}
            if area and not lists[VILLAGES]:
                message = f"formulirnya meminta desa/kelurahan, tetapi wilayah {area} belum punya satu pun."
                self.found.append(self.source.problem((), message))
        return {name: lists[name] for name in sorted(names)}


def _form_uses(at: Place, variant: Variant) -> Iterator[tuple[Place, FormUse]]:
    """The form parts that a variant fills in, each with its place in the file."""
    for index, requirement in enumerate(variant.requirements):
        for place, use in enumerate(requirement.forms):
            yield (*at, "requirements", index, "forms", place), use
    for place, use in enumerate(variant.asks):
        yield (*at, "asks", place), use


def _with_deadline(variant: Variant) -> Variant:
    """The variant with the times of its steps as its deadline, where it promises none."""
    if variant.deadline.promised:
        return variant
    steps = variant.procedure.steps
    times = {
        "working_days": sum(step.working_days or 0 for step in steps) or None,
        "working_minutes": sum(step.minutes or 0 for step in steps) or None,
        "stops": "done",
    }
    return variant.model_copy(update={"deadline": variant.deadline.model_copy(update=times)})


def _said(sop: Sop) -> dict[str, Any]:
    """What is written in the identity block of an SOP; what the service says stands before the office's."""
    return {key: getattr(sop, key) for key in sop.model_fields_set}


def _with_menu(variant: Variant) -> Variant:
    """The variant with its menu in the published lines of its procedure."""
    lines = [
        line.model_copy(update={"text": line.text.replace(f"{{{checks.MENU}}}", variant.menu)})
        for line in variant.procedure.published
    ]
    return variant.model_copy(update={"procedure": variant.procedure.model_copy(update={"published": lines})})
