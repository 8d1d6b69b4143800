"""One office's folder but for its services: `office.yaml`, `standard.yaml`, `procedures/`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from loket.catalogue.loader import checks
from loket.catalogue.loader.national import National, repeated_reasons
from loket.catalogue.loader.problems import Problem
from loket.catalogue.loader.source import SourceFile, read
from loket.catalogue.rules import Procedure, Sop, StandardSection, StandardText, TextComponent
from loket.core.worktime import Interval
from loket.offices.rules import OfficeFile, RoleFile, parse_interval


class _OfficeStandard(BaseModel):
    """What `standard.yaml` says for all services of the office."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    layout: list[StandardSection]
    texts: dict[TextComponent, StandardText] = {}
    sop: Sop = Sop()


@dataclass
class OfficeFolder:
    """One office as read so far. A procedure that is known but broken is None.

    `shared_known` is False where office.yaml or standard.yaml is broken: what the services take from them is
    then not known to be missing.
    """

    path: Path
    file: OfficeFile | None = None
    shared_known: bool = True
    layout: list[StandardSection] = field(default_factory=list)
    texts: dict[TextComponent, StandardText] = field(default_factory=dict)
    sop: Sop = field(default_factory=Sop)
    procedures: dict[str, Procedure | None] = field(default_factory=dict)
    procedure_files: dict[str, SourceFile] = field(default_factory=dict)

    @property
    def roles(self) -> dict[str, RoleFile] | None:
        """The roles by name, None where office.yaml is broken."""
        return {role.role: role for role in self.file.roles} if self.file else None

    @property
    def hours(self) -> dict[str, list[Interval]] | None:
        """The opening hours by weekday, None where office.yaml is broken."""
        if self.file is None:
            return None
        return {day: [parse_interval(span) for span in spans] for day, spans in self.file.hours.items()}


def read_folder(path: Path, root: Path, national: National, problems: list[Problem]) -> OfficeFolder:
    """The office at `path` with its procedures; its services are read by `services.read_services`."""
    folder = OfficeFolder(path)
    folder.file = _office(path, root, national, problems)
    _read_standard(folder, root, problems)
    for place in yaml_files(path / "procedures", root, problems):
        folder.procedures[place.stem] = None
        source = read(place, root, problems)
        if source is not None:
            folder.procedure_files[place.stem] = source
        procedure = source and source.parse(Procedure, source.data, problems)
        if not source or not procedure:
            continue
        found = list(checks.procedure_problems(source, procedure, folder.roles))
        if procedure.procedure != place.stem:
            message = f"isian 'procedure' harus '{place.stem}' seperti nama berkasnya."
            found.append(source.problem(("procedure",), message))
        problems.extend(found)
        folder.procedures[place.stem] = None if found else procedure
    return folder


def yaml_files(folder: Path, root: Path, problems: list[Problem]) -> Iterator[Path]:
    """The YAML files of a folder; any other file is a problem, because nobody would notice its absence."""
    for place in sorted(folder.glob("*")):
        if place.suffix == ".yaml":
            yield place
        else:
            name = place.relative_to(root).as_posix()
            problems.append(Problem(name, 1, "berkas ini tidak dibaca: namanya harus berakhir dengan .yaml."))


def _office(path: Path, root: Path, national: National, problems: list[Problem]) -> OfficeFile | None:
    place = path / "office.yaml"
    if not place.exists():
        problems.append(Problem(place.relative_to(root).as_posix(), 1, "berkas ini belum ada."))
        return None
    source = read(place, root, problems)
    office = source and source.parse(OfficeFile, source.data, problems)
    if not source or not office:
        return None
    problems.extend(checks.role_problems(source, office))
    problems.extend(checks.book_problems(source, office))
    problems.extend(checks.fine_problems(source, office))
    if path.name != f"{office.office}-{office.slug}":
        message = f"folder kantor ini harus bernama '{office.office}-{office.slug}'."
        problems.append(source.problem(("office",), message))
    if office.area not in national.areas:
        problems.append(source.unknown(("area",), "kode wilayah", office.area, national.areas))
    elif office.area.replace(".", "") != office.office:
        message = f"kode kantor '{office.office}' tidak sama dengan kode wilayah '{office.area}'."
        problems.append(source.problem(("office",), message))
    zone = national.zones.get(office.area.partition(".")[0], office.zone)
    if zone != office.zone:
        message = f"zona waktu '{office.zone}' bukan zona provinsinya."
        problems.append(source.problem(("zone",), message, zone))
    problems.extend(repeated_reasons(source, office.stop_reasons))
    named = "stop_reasons" in office.model_fields_set
    return office if named else office.model_copy(update={"stop_reasons": national.stop_reasons})


def _read_standard(folder: OfficeFolder, root: Path, problems: list[Problem]) -> None:
    """`standard.yaml`, where there is one; the complaint channels come from office.yaml unless said here."""
    if folder.file is None:
        folder.shared_known = False
    elif folder.file.complaints:
        folder.texts["complaints"] = folder.file.complaints
    place = folder.path / "standard.yaml"
    if not place.exists():
        return
    source = read(place, root, problems)
    standard = source and source.parse(_OfficeStandard, source.data, problems)
    if not source or not standard:
        folder.shared_known = False
        return
    found = list(checks.layout_problems(source, standard.layout))
    problems.extend(found)
    folder.shared_known = folder.shared_known and not found
    folder.layout = standard.layout
    folder.texts.update(standard.texts)
    folder.sop = standard.sop
