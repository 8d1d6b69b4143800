"""Reading a scenario file and checking it against the standards: every problem at once, with its line."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from loket.catalogue.loader import AreaRow, Loaded, Problem
from loket.catalogue.loader.problems import Path as Place
from loket.catalogue.loader.source import SourceFile, read
from loket.catalogue.rules import Service, Variant
from loket.config.scenario.format import (
    APPLIED_FOR,
    DEEDS,
    DRIVEN_CHANNELS,
    SAMPLE,
    STATES,
    Deviation,
    Files,
    Household,
    Scenario,
)
from loket.offices.rules import OfficeFile

# Stands in for entries that are broken or missing.
_STAND_IN: dict[str, Any] = {
    "scenario": "x",
    "office": "",
    "service": "",
    "variant": "",
}


@dataclass(frozen=True)
class Planned:
    """A scenario that can be run: the file, what it says, and the standards it is about.

    `earlier` are those that happened before it in the same register.
    """

    path: Path
    scenario: Scenario
    office: OfficeFile
    service: Service
    variant: Variant
    earlier: tuple["Planned", ...] = ()

    @property
    def in_order(self) -> tuple["Planned", ...]:
        """What happened before, each with what happened before that, and the scenario itself last."""
        return (*(plan for one in self.earlier for plan in one.in_order), self)


@dataclass
class Library:
    """The standards that scenarios may name."""

    loaded: Loaded
    areas: Collection[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, loaded: Loaded, areas: Iterator[AreaRow]) -> "Library":
        """The standards as loaded, with the codes of all areas."""
        return cls(loaded, frozenset(row.code for row in areas))

    def office(self, name: str) -> OfficeFile | None:
        """An office by its slug or code."""
        return next((file for file in self.loaded.offices if name in (file.slug, file.office)), None)

    def services(self, office: OfficeFile) -> dict[str, Service]:
        """The services of an office by slug."""
        return {item.service: item for item in self.loaded.services if item.office == office.office}

    def problems_of(self, office: str) -> list[Problem]:
        """What forbids publishing the office with this code: its own errors and the national ones."""
        folders = ("national/", f"offices/{office}-")
        return [problem for problem in self.loaded.errors if problem.file.startswith(folders)]


def read_scenario(
    path: Path, library: Library, later: frozenset[Path] = frozenset()
) -> tuple[Planned | None, list[Problem]]:
    """The scenario of a file, None where it is broken, and everything that is wrong with it.

    `later` are the files that name it as earlier.
    """
    if not path.is_file():
        return None, [Problem(str(path), 1, "berkas ini tidak ada.")]
    found: list[Problem] = []
    source = read(path.resolve(), path.resolve().parent, found)
    scenario = _parsed(source, found) if source else None
    if scenario and scenario.people:
        scenario = _with_people(path, scenario, found)
    planned, of_standards, of_earlier = None, [], []
    if source and scenario:
        planned = _Checker(source, path, scenario, library, found).planned()
        office = library.office(scenario.office)
        of_standards = library.problems_of(office.office) if office else []
        if planned:
            planned, of_earlier = _with_earlier(planned, source, library, later | {path.resolve()}, found)
    named = [replace(problem, file=str(path)) for problem in found]
    named = of_standards + of_earlier + sorted(named, key=lambda problem: problem.line)
    broken = any(problem.severity == "error" for problem in named)
    return (None if broken else planned), named


def _parsed(source: SourceFile, found: list[Problem]) -> Scenario | None:
    """The scenario; where entries are broken, what is left of it, so that the rest is still checked."""
    scenario = source.parse(Scenario, source.data, found)
    if scenario is not None or not isinstance(source.data, dict):
        return scenario
    try:
        Scenario.model_validate(source.data)
    except ValidationError as failure:
        broken = {error["loc"][0] for error in failure.errors() if error["loc"]}
        sound = {key: value for key, value in source.data.items() if key not in broken}
        return source.parse(Scenario, _STAND_IN | sound, [])
    return None


def _with_earlier(
    planned: Planned, source: SourceFile, library: Library, later: frozenset[Path], found: list[Problem]
) -> tuple[Planned, list[Problem]]:
    """The plan with the scenarios that it names as earlier, and what is wrong in those."""
    earlier: list[Planned] = []
    of_earlier: list[Problem] = []
    for index, name in enumerate(planned.scenario.earlier):
        place = planned.path.parent / name
        if place.resolve() in later:
            found.append(source.problem(("earlier", index), f"skenario '{name}' menunggu dirinya sendiri."))
            continue
        plan, problems = read_scenario(place, library, later)
        of_earlier += [problem for problem in problems if problem not in of_earlier]
        if plan and plan.office != planned.office:
            found.append(source.problem(("earlier", index), f"skenario '{name}' tentang kantor lain."))
        earlier += [plan] if plan else []
    return replace(planned, earlier=tuple(earlier)), of_earlier


class _People(BaseModel):
    """A file of people whom several scenarios share."""

    model_config = ConfigDict(extra="forbid")
    residents: list[Household]


def _with_people(path: Path, scenario: Scenario, found: list[Problem]) -> Scenario:
    """The scenario with the people of the file that it names, after its own."""
    place = path.parent / scenario.people
    if not place.is_file():
        found.append(Problem(str(path), 1, f"berkas orang '{scenario.people}' tidak ada."))
        return scenario
    source = read(place.resolve(), place.resolve().parent, found)
    shared = source and source.parse(_People, source.data, found)
    residents = [*scenario.residents, *shared.residents] if shared else scenario.residents
    return scenario.model_copy(update={"residents": residents})


class _Checker:
    """Compares one scenario with the standards; problems go into `found`."""

    def __init__(
        self, source: SourceFile, path: Path, scenario: Scenario, library: Library, found: list[Problem]
    ) -> None:
        self.source, self.path, self.scenario = source, path, scenario
        self.library, self.found = library, found

    def _unknown(self, place: Place, what: str, given: object, valid: Collection[str]) -> None:
        problem = self.source.unknown(place, what, given, valid)
        if problem.suggestion is None and valid:
            problem = replace(problem, message=f"{problem.message} Yang ada: {', '.join(sorted(valid))}.")
        self.found.append(problem)

    def _wrong(self, place: Place, message: str) -> None:
        self.found.append(self.source.problem(place, message))

    def planned(self) -> Planned | None:
        """Everything the scenario names, found; None where office, service or variant is not."""
        self._residents()
        given = self.scenario
        if given.expected.state not in STATES:
            self._unknown(("expected", "state"), "keadaan", given.expected.state, STATES)
        office = self.library.office(given.office)
        if office is None:
            return self._missing("office", "kantor", [file.slug for file in self.library.loaded.offices])
        services = self.library.services(office)
        service = services.get(given.service)
        if service is None:
            return self._missing("service", "layanan", services)
        variants = {variant.variant: variant for variant in service.variants}
        variant = variants.get(given.variant)
        if variant is None:
            return self._missing("variant", "varian", variants)
        self._against(office, service, variant)
        return Planned(self.path, given, office, service, variant)

    def _missing(self, key: str, what: str, valid: Collection[str]) -> None:
        """What is empty here has been reported already."""
        if given := getattr(self.scenario, key):
            self._unknown((key,), what, given, valid)

    def _against(self, office: OfficeFile, service: Service, variant: Variant) -> None:
        given = self.scenario
        if given.channel not in variant.channels:
            self._unknown(("channel",), "saluran", given.channel, variant.channels)
        elif given.channel not in DRIVEN_CHANNELS:
            self._wrong(("channel",), f"saluran '{given.channel}' belum dapat dicoba dengan skenario.")
        if given.channel in APPLIED_FOR and "applicant" not in given.model_fields_set:
            self._wrong((), "isian 'applicant' belum ada: permohonan pada saluran ini punya pemohon.")
        self._counter(office, variant)
        if given.start and given.start.date() < service.effective_from:
            self._wrong(("start",), f"layanan ini baru berlaku sejak {service.effective_from.isoformat()}.")
        self._answers(("answers",), given.answers, service, variant)
        self._attachments(("attachments",), given.attachments, variant)
        steps = [step.step for step in variant.procedure.steps]
        for name in given.takes:
            if name not in steps:
                self._unknown(("takes", name), "langkah", name, steps)
        for index, deviation in enumerate(given.deviations):
            self._deviation(("deviations", index), deviation, office, service, variant)
        products = [product.document for product in variant.products]
        for index, name in enumerate(given.expected.products or []):
            if name not in products:
                self._unknown(("expected", "products", index), "produk", name, products)

    def _counter(self, office: OfficeFile, variant: Variant) -> None:
        """The site, and papers that are not there: of the counter alone."""
        given = self.scenario
        papers = [item.key for item in variant.requirements if item.kind in ("upload", "paper")]
        only_there = {
            "site": given.site,
            "papers_missing": given.papers_missing,
            "originals": given.originals,
        }
        for key, value in only_there.items():
            if value and given.channel not in ("counter", "whatsapp"):
                self._wrong((key,), f"'{key}' hanya untuk saluran counter dan whatsapp.")
        kinds = {role.at for role in office.roles if "intake" in role.rights}
        sites = [site.site for site in office.sites if site.kind in kinds]
        if given.site is not None and given.site not in sites:
            self._unknown(("site",), "tempat yang menerima berkas", given.site, sites)
        for index, key in enumerate(given.papers_missing):
            if key not in papers:
                self._unknown(("papers_missing", index), "persyaratan", key, papers)

    def _answers(self, at: Place, answers: dict[str, Any], service: Service, variant: Variant) -> None:
        options: dict[str, Collection[str] | None] = {item.key: item.options for item in variant.questions}
        hours = {entry.key for entry in variant.fields() if entry.type == "time"}
        for key in hours & answers.keys():
            if not isinstance(answers[key], str):
                self._wrong((*at, key), f"jam '{key}' harus berupa teks. Apit dengan tanda petik.")
        for entry in variant.fields():
            chosen = service.choices.get(entry.options or "")
            options[entry.key] = chosen if entry.type == "choice" else None
        for key, value in answers.items():
            if key not in options:
                self._unknown((*at, key), "pertanyaan atau kolom", key, options)
                continue
            valid = options[key]
            if valid is not None and value not in ("", None) and str(value) not in valid:
                self._unknown((*at, key), f"jawaban untuk '{key}'", value, valid)

    def _attachments(self, at: Place, attachments: dict[str, Files], variant: Variant) -> None:
        papers = [item.key for item in variant.requirements if item.kind == "upload"]
        for key, files in attachments.items():
            if key not in papers:
                self._unknown((*at, key), "persyaratan", key, papers)
            for name in [files] if isinstance(files, str) else files:
                if name != SAMPLE and not (self.path.parent / name).is_file():
                    self._wrong((*at, key), f"berkas '{name}' tidak ada di samping berkas skenario ini.")

    def _deviation(
        self, at: Place, given: Deviation, office: OfficeFile, service: Service, variant: Variant
    ) -> None:
        steps = {step.step: step for step in variant.procedure.steps}
        step = steps.get(given.at)
        if step is None:
            self._unknown((*at, "at"), "langkah", given.at, steps)
        if step and step.automatic:
            message = f"langkah '{given.at}' berjalan sendiri, jadi tidak dapat menyimpang."
            self._wrong((*at, "at"), message)
        self._deed(at, given)
        roles = {role.role: role for role in office.roles}
        if given.by is not None and given.by not in roles:
            self._unknown((*at, "by"), "peran", given.by, roles)
        if given.do == "holiday" and not any("calendar" in role.rights for role in office.roles):
            self._wrong(
                at, "kantor ini tidak punya peran dengan hak calendar, jadi tidak dapat menetapkan libur."
            )
        if step and step.returns_to and given.to is not None and given.to not in step.returns_to:
            others = ", ".join(step.returns_to)
            message = f"langkah '{given.at}' tidak dapat kembali ke '{given.to}'. Yang ada: {others}."
            self._wrong((*at, "to"), message)
        if step and given.do == "return" and not step.returns_to:
            self._wrong(at, f"standar tidak mengizinkan langkah '{given.at}' mengembalikan permohonan.")
        if step and given.do == "reject" and not step.can_reject:
            self._wrong(at, f"standar tidak mengizinkan langkah '{given.at}' menolak permohonan.")
        papers = [item.key for item in variant.requirements if item.kind in ("upload", "paper")]
        for index, key in enumerate(given.repair.papers if given.repair else []):
            if key not in papers:
                self._unknown((*at, "repair", "papers", index), "persyaratan", key, papers)
        if given.repair:
            self._answers((*at, "repair", "answers"), given.repair.answers, service, variant)
            self._attachments((*at, "repair", "attachments"), given.repair.attachments, variant)

    def _deed(self, at: Place, given: Deviation) -> None:
        if given.do not in DEEDS:
            self._unknown((*at, "do"), "penyimpangan", given.do, DEEDS)
            return
        needed, allowed = DEEDS[given.do]
        present = given.model_fields_set - {"at", "visit", "do"}
        for name in sorted(needed - present):
            self._wrong(at, f"isian '{name}' belum ada pada '{given.do}'.")
        for name in sorted(present - needed - allowed):
            self._wrong((*at, name), f"isian '{name}' tidak dipakai pada '{given.do}'.")
        if given.do == "wait" and (given.minutes is None) == (given.days is None):
            self._wrong(at, "'wait' harus menyebut salah satu: minutes atau days.")

    def _residents(self) -> None:
        taken: set[str] = set()
        for index, household in enumerate(self.scenario.residents):
            here: Place = ("residents", index)
            if household.village not in self.library.areas or household.village.count(".") != 3:
                self._unknown((*here, "village"), "kode desa/kelurahan", household.village, ())
            numbers = [((*here, "family"), household.family)]
            numbers += [((*here, "members", n, "nik"), who.nik) for n, who in enumerate(household.members)]
            for place, number in numbers:
                if number in taken:
                    self._wrong(place, f"nomor '{number}' ditulis dua kali.")
                taken.add(number)
            heads = sum(who.relation == "KEPALA KELUARGA" for who in household.members)
            if heads != 1:
                self._wrong(here, "sebuah keluarga harus punya tepat satu KEPALA KELUARGA.")
