"""Import of an existing population: `running` is the way through, `staging` and `taking` its two halves.

Not imported by `register.actions`, so that only who imports loads the libraries of spreadsheets.
"""

from loket.core.outfile import UnwritableFile
from loket.register.actions.importing.files import UnreadableFile
from loket.register.actions.importing.running import (
    FileChanged,
    ImportRunning,
    ImportUnfinished,
    NothingInFile,
    NothingToResume,
    OtherFile,
    import_population,
    stop_import,
)

__all__ = [
    "FileChanged",
    "ImportRunning",
    "ImportUnfinished",
    "NothingInFile",
    "NothingToResume",
    "OtherFile",
    "UnreadableFile",
    "UnwritableFile",
    "import_population",
    "stop_import",
]
