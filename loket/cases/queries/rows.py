"""One case with its office, revision and applicant, by a statement that is written once.

Every page and every change begins with it. Django would make the text of the statement anew each time, which
for four tables takes ten times as long as asking the database.
"""

import json
import uuid
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import JSONField, Model

from loket.cases.models import Case
from loket.catalogue.models import ServiceRevision
from loket.offices.models import Account, Office


class _Columns:
    """The columns of a model in a SELECT, and the object that their values make."""

    def __init__(self, model: type[Model], alias: str, without: str = "") -> None:
        """`without` names a column that is read only when somebody asks for it."""
        fields = [field for field in model._meta.concrete_fields if field.attname != without]
        self.model = model
        self.names = [field.attname for field in fields]
        self.sql = ", ".join(f"{alias}.{field.column}" for field in fields)
        self.json = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]

    def made_of(self, values: list[Any]) -> Any:
        """The object of these values; None where an outer join found nothing."""
        if values[0] is None:
            return None
        for place in self.json:
            values[place] = json.loads(values[place])
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


# The text of a revision is far longer than the case, and parsed already where it was read before.
_PARTS = {
    "case": _Columns(Case, "c"),
    "office": _Columns(Office, "o"),
    "revision": _Columns(ServiceRevision, "r", without="definition"),
    "applicant": _Columns(Account, "a"),
}
_READ = f"""
SELECT {", ".join(part.sql for part in _PARTS.values())}
  FROM cases_case c JOIN offices_office o ON o.code = c.office_id
  JOIN catalogue_servicerevision r ON r.id = c.revision_id
  LEFT JOIN offices_account a ON a.id = c.applicant_id
 WHERE c.id = %s
"""  # noqa: S608 (names of columns)


def whole_case(case_id: uuid.UUID, *, lock: bool = False) -> Case | None:
    """The case with office, revision and applicant, or None; with `lock`, kept until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_READ + "FOR UPDATE OF c" if lock else _READ, [case_id])
        row = cursor.fetchone()
    if row is None:
        return None
    made, start = {}, 0
    for name, part in _PARTS.items():
        end = start + len(part.names)
        made[name] = part.made_of(list(row[start:end]))
        start = end
    case: Case = made.pop("case")
    for name, value in made.items():
        setattr(case, name, value)
    return case
