"""Old code runs on the new schema: after the first release, migrations only add.

A column leaves in two releases: the first stops using it, a later one drops it, and is the first entry of an
allow-list that does not exist yet.
"""

import re
from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

# The last migration of each app in the first release, which was made from nothing.
FIRST_RELEASE = {
    "audit": "0003_unanchored_number",
    "offices": "0004_staff_changes",
    "catalogue": "0001_initial",
    "documents": "0003_sweep_indexes",
    "register": "0004_number_gap",
    "notices": "0001_initial",
    "cases": "0007_paper_kit",
    "delivery": "0001_initial",
}
ADDING = (
    migrations.CreateModel,
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.RemoveConstraint,
    migrations.RunPython,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
)
NARROWING_SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|SCHEMA|TYPE)|RENAME|TRUNCATE|SET\s+NOT\s+NULL|ALTER\s+COLUMN|DELETE\s+FROM)\b",
    re.IGNORECASE,
)
# What a function does when it is called, and for what a trigger waits, the migration does not do itself.
NOT_DONE_NOW = re.compile(r"\$\$.*?\$\$|\b(BEFORE|AFTER)\s+TRUNCATE\b", re.DOTALL | re.IGNORECASE)


def later_operations() -> Iterator[tuple[str, list[Operation]]]:
    for (app, name), migration in sorted(own_migrations().items()):
        if name > FIRST_RELEASE.get(app, ""):
            yield f"{app}/{name}", list(migration.operations)


def own_migrations() -> dict[tuple[str, str], migrations.Migration]:
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {key: migration for key, migration in found.items() if migration.__module__.startswith("loket.")}


def added_fields(operations: list[Operation]) -> set[tuple[str, str]]:
    """The columns that did not exist before this migration."""
    found = set()
    for operation in operations:
        if isinstance(operation, migrations.CreateModel):
            found |= {(operation.name_lower, name) for name, _ in operation.fields}
        if isinstance(operation, migrations.AddField):
            found.add((operation.model_name_lower, operation.name_lower))
    return found


def constraint_fields(constraint: models.BaseConstraint) -> set[str]:
    if isinstance(constraint, models.UniqueConstraint):
        return set(constraint.fields)
    condition = getattr(constraint, "condition", None)
    return {str(leaf[0]).partition("__")[0] for leaf in leaves(condition)}


def leaves(condition: object) -> Iterator[tuple[str, object]]:
    for child in getattr(condition, "children", []):
        if isinstance(child, tuple):
            yield child
        else:
            yield from leaves(child)


def narrowing(operations: list[Operation]) -> list[str]:
    """What in these operations the code of the release before could stumble over."""
    return [problem for operation in operations if (problem := _problem(operation, operations))]


def _problem(operation: Operation, operations: list[Operation]) -> str:
    what = operation.describe()
    if isinstance(operation, ADDING):
        return ""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        optional = field.many_to_many or field.null or field.db_default is not models.NOT_PROVIDED
        return "" if optional else f"{what}: old code does not fill it; give it null or db_default"
    if isinstance(operation, migrations.AlterField):
        return _altered(operation, what)
    if isinstance(operation, migrations.AddConstraint):
        return _constrained(operation, operations, what)
    if isinstance(operation, migrations.RunSQL):
        texts = operation.sql if isinstance(operation.sql, (list, tuple)) else [operation.sql]
        return what if any(NARROWING_SQL.search(NOT_DONE_NOW.sub("", str(text))) for text in texts) else ""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return "; ".join(narrowing(list(operation.database_operations)))
    return what


def _altered(operation: migrations.AlterField, what: str) -> str:
    """Only the words of a field may change, or its length grow; the migration before knows the length."""
    words = isinstance(
        operation.field, (models.CharField, models.SlugField, models.JSONField, models.ForeignKey)
    )
    return "" if words and operation.preserve_default and _not_shorter(operation) else what


def _not_shorter(operation: migrations.AlterField) -> bool:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    wanted = getattr(operation.field, "max_length", None)
    lengths = [
        field.max_length
        for migration in loader.disk_migrations.values()
        for earlier in migration.operations
        for model, name, field in declared(earlier)
        if (model, name) == (operation.model_name_lower, operation.name_lower)
    ]
    return wanted is None or all(length is None or length <= wanted for length in lengths)


def declared(operation: Operation) -> Iterator[tuple[str, str, models.Field]]:
    if isinstance(operation, migrations.CreateModel):
        yield from ((operation.name_lower, name, field) for name, field in operation.fields)
    if isinstance(operation, migrations.AddField):
        yield operation.model_name_lower, operation.name_lower, operation.field


def _constrained(operation: migrations.AddConstraint, operations: list[Operation], what: str) -> str:
    """A constraint is new only for new columns, or takes the place of one of the same name (widened)."""
    removed = {one.name for one in operations if isinstance(one, migrations.RemoveConstraint)}
    if operation.constraint.name in removed:
        return ""
    fields = constraint_fields(operation.constraint)
    new = {name for model, name in added_fields(operations) if model == operation.model_name.lower()}
    return "" if fields & new else f"{what}: old rows and old code may break it"


@pytest.mark.parametrize(("name", "operations"), list(later_operations()), ids=lambda value: str(value)[:60])
def test_a_later_migration_only_adds(name: str, operations: list[Operation]) -> None:
    assert (name, narrowing(operations)) == (name, [])


def test_the_first_release_is_there() -> None:
    assert sorted(set(FIRST_RELEASE.items()) - set(own_migrations())) == []


TEXT = models.CharField(max_length=10)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("case", "channel"),
        migrations.RenameField("case", "channel", "door"),
        migrations.RenameModel("Case", "Application"),
        migrations.DeleteModel("Case"),
        migrations.AlterModelTable("Case", "application"),
        migrations.AddField("case", "paper", TEXT),
        migrations.AddField("case", "paper", models.CharField(max_length=10, default="")),
        migrations.AlterField("case", "channel", models.CharField(max_length=3)),
        migrations.AlterField("case", "version", models.PositiveSmallIntegerField()),
        migrations.AddConstraint("case", models.UniqueConstraint(fields=["service"], name="once")),
        migrations.AddConstraint("case", models.CheckConstraint(condition=models.Q(service="a"), name="one")),
        migrations.RunSQL("ALTER TABLE cases_case DROP COLUMN service"),
        migrations.RunSQL(["SELECT 1", "alter table cases_case rename to other"]),
        migrations.RunSQL("ALTER TABLE cases_case ALTER COLUMN reminded_at SET NOT NULL"),
        migrations.SeparateDatabaseAndState([migrations.DeleteModel("Case")], []),
    ],
    ids=lambda operation: operation.describe()[:50],
)
def test_what_would_break_old_code_is_found(operation: Operation) -> None:
    assert len(narrowing([operation])) == 1


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("case", "paper", models.CharField(max_length=10, null=True))],
        [migrations.AddField("case", "paper", models.CharField(max_length=10, db_default=""))],
        [migrations.CreateModel("Pack", [("id", models.BigAutoField(primary_key=True)), ("n", TEXT)])],
        [migrations.AlterField("case", "channel", models.CharField(max_length=30))],
        [
            migrations.AddField("case", "paper", models.CharField(max_length=10, null=True)),
            migrations.AddConstraint("case", models.UniqueConstraint(fields=["paper"], name="paper_once")),
        ],
        [
            migrations.RemoveConstraint("case", "cases_state_known"),
            migrations.AddConstraint(
                "case", models.CheckConstraint(condition=models.Q(state="a"), name="cases_state_known")
            ),
        ],
        [
            migrations.RunSQL(
                "CREATE FUNCTION f() AS $$ DELETE FROM rows $$; CREATE TRIGGER t AFTER TRUNCATE ON a"
            )
        ],
        [migrations.RunSQL("CREATE TRIGGER t BEFORE UPDATE ON cases_case EXECUTE FUNCTION f()")],
    ],
    ids=lambda operations: operations[-1].describe()[:50],
)
def test_what_only_adds_passes(operations: list[Operation]) -> None:
    assert narrowing(operations) == []
