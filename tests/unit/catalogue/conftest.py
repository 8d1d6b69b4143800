"""An invented office with one invented service, so that the engine is tested and not the real standards."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from loket.catalogue.loader import Loaded, load

OFFICE = "offices/9901-perpustakaan"
# Short names of the files that the tests break.
FILES = {
    "office": f"{OFFICE}/office.yaml",
    "standard": f"{OFFICE}/standard.yaml",
    "procedure": f"{OFFICE}/procedures/daring.yaml",
    "service": f"{OFFICE}/services/1-kartu-anggota.yaml",
    "form": "national/forms/p-1.yaml",
    "list": "national/code-lists/jenis_buku.csv",
    "cards": "national/cards.yaml",
}


@dataclass
class Library:
    """A copy of the invented standards that a test may break."""

    root: Path
    office: str = OFFICE

    def path(self, name: str) -> Path:
        return self.root / FILES.get(name, name)

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.path(name).read_text()
        assert text.count(old) >= 1, f"{old!r} is not in {name}"
        self.path(name).write_text(text.replace(old, new, 1))

    def load(self) -> Loaded:
        return load(self.root)

    def problems(self) -> list[str]:
        """All problems as sentences; files by their short name."""
        return [
            str(problem).replace(FILES[name], name, 1) if name else str(problem)
            for problem in self.load().problems
            for name in [next((key for key, path in FILES.items() if path == problem.file), "")]
        ]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    shutil.copytree(Path(__file__).parent / "library", tmp_path / "standards")
    return Library(tmp_path / "standards")
