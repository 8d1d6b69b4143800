"""How large a run of lives is, and how one of its hamlets is lived again."""

from dataclasses import dataclass

# Things that happen or are tried, for each family and year.
PACE = 0.7
FAMILIES_EACH = 20


@dataclass(frozen=True)
class Size:
    """Which hamlets of which seed live for how long, and how much happens to them."""

    seed: int
    first: int
    hamlets: int
    years: float
    families: int = FAMILIES_EACH
    pace: float = PACE

    def again(self, hamlet: int) -> str:
        """The command that lives one of them again, by itself."""
        return (
            f".venv/bin/python -m tests.lives --seed {self.seed} --first {hamlet}"
            f" --years {self.years:g} --families-each {self.families} --pace {self.pace:g}"
        )
