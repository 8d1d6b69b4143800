"""Years of a town: its hamlets' lives day by day, and what is true of everything at the end of each year."""

import heapq
import time
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from loket.core import clock
from loket.core.actors import SYSTEM
from loket.register.actions.closing import close_books
from loket.register.actions.moveletters import expire_letters
from tests.lives import checks
from tests.lives.events.moves import LETTER, NAMED
from tests.lives.living import BrokenLife, Life
from tests.lives.size import Size
from tests.lives.town import BEGIN, Figures, Town, hamlets
from tests.lives.watching import net

DAYS = 365
# The daily jobs (letters whose time is over, days of the books) run as often as this many days.
JOBS_EVERY = 30
# Each day of each book is closed by itself: in a large run that is more than all events, so one year does.
CLOSED_FOR = timedelta(days=DAYS)


class Years:
    """The lives of some hamlets of one town."""

    def __init__(self, size: Size, say: Callable[[str], None] = lambda _: None) -> None:
        """Founds town and families."""
        self.size, self.say = size, say
        self.begun = time.monotonic()
        with transaction.atomic():
            self.town = Town()
            numbers = range(size.first, size.first + size.hamlets)
            self.lives = [
                Life(hamlet, size.seed, size.again(hamlet.number))
                for hamlet in hamlets(self.town, size.seed, numbers, size.families)
            ]
        self.people = checks.population(self.town.office.code)
        self.jobs_ran = BEGIN
        self.steps = 0

    def live(self) -> Figures:
        """All years, a transaction for each day. Raises BrokenLife."""
        end = BEGIN + timedelta(days=round(self.size.years * DAYS))
        due = [(BEGIN, place) for place in range(len(self.lives))]
        heapq.heapify(due)
        year = 1
        while due and due[0][0] < end:
            day = due[0][0]
            if (day - BEGIN).days >= year * DAYS:
                self._end_of_year(year)
                year += 1
            with transaction.atomic():
                while (day - self.jobs_ran).days >= JOBS_EVERY:
                    self._jobs(self.jobs_ran + timedelta(days=JOBS_EVERY))
                self._day(due)
            self.town.watch.forget()
        self._end_of_year(year)
        return self.town.figures

    def _day(self, due: list[tuple[date, int]]) -> None:
        """Everything that happens on the next day of which something is known."""
        self.town.today = day = due[0][0]
        while due and due[0][0] == day:
            place = due[0][1]
            life = self.lives[place]
            life.step()
            self.steps += 1
            rate = self.size.families * self.size.pace / DAYS
            heapq.heapreplace(due, (day + timedelta(days=int(life.hamlet.rng.expovariate(rate))), place))

    def _jobs(self, day: date) -> None:
        """The daily jobs: letters whose time is over, days of the books; nobody changes by them."""
        self.town.today = self.jobs_ran = day
        with clock.use(self.town.moment):
            for office in self.town.offices.values():
                self.town.figures.jobs["letters expired"] += expire_letters(office=office)
                yesterday = day - timedelta(days=1)
                if day < BEGIN + CLOSED_FOR:
                    closed = close_books(office=office, day=yesterday, by=SYSTEM)
                    self.town.figures.jobs["days closed"] += len(closed)
        changes = net(self.town.watch.read())
        if {table for table, _ in changes} - {LETTER, NAMED}:
            raise BrokenLife(
                f"letters expired on {day}, and more changed than letters: {sorted(changes)[:5]}"
            )
        for life in self.lives:
            life.hamlet.take({key: both for key, both in changes.items() if key in life.hamlet.rows})

    def _end_of_year(self, year: int) -> None:
        counted = checks.population(self.town.office.code)
        grown = self.town.figures.population
        expected = self.people + grown["born"] - grown["died"] + grown["came"] - grown["went"]
        wrong = checks.wrong_everywhere(self.town.today)
        beside = checks.population(self.town.neighbour.code)
        if beside != grown["there"]:
            wrong.append(
                f"{beside} live at the neighbouring office, and by moves it would be {grown['there']}"
            )
        if counted != expected:
            wrong.append(f"{counted} live here, and by births, deaths and moves it would be {expected}")
        if wrong:
            raise BrokenLife("\n".join([f"At the end of year {year}:", *wrong]))
        seconds = time.monotonic() - self.begun
        self.say(f"year {year}: {counted} residents, {self.steps} things, {seconds:.0f} s")
