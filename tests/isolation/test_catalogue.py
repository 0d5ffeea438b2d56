"""The catalogue says of every table what the architecture decided, and a hole in it is found."""

import pytest
from django.db import connection

from consortium.tenancy.sync import sync, tables
from tests.isolation import catalogue
from tests.isolation.rows import as_owner

pytestmark = pytest.mark.django_db
HOLES = {
    "CREATE TABLE notes (id int, municipality_id int)": "notes has no class",
    "CREATE TABLE memos (id int)": "memos is not under forced row-level security",
    "ALTER TABLE membership_staffpost NO FORCE ROW LEVEL SECURITY": "membership_staffpost is not under",
    "GRANT SELECT ON membership_staffpost TO citizen": "SELECT on membership_staffpost is granted to citizen",
    "GRANT SELECT ON membership_staffpost TO PUBLIC": "is granted to PUBLIC",
    "GRANT TRUNCATE ON membership_staffpost TO app": "TRUNCATE on membership_staffpost",
    "ALTER TABLE membership_staffpost ADD CONSTRAINT loose FOREIGN KEY (municipality_id)"
    " REFERENCES tenancy_municipality DEFERRABLE": "loose on membership_staffpost can be deferred",
    "ALTER TABLE membership_staffpost DROP CONSTRAINT membership_staffpost_user_id_fk": "has no foreign key",
    "CREATE VIEW everyone AS SELECT * FROM membership_staffpost": "view everyone is not security_invoker",
    "CREATE MATERIALIZED VIEW all_posts AS SELECT 1": "view all_posts is not",
    "CREATE FUNCTION peek() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1": "peek is SECURITY DEFINER",
}


def test_no_complaints() -> None:
    assert catalogue.complaints() == []


@pytest.mark.parametrize(("hole", "complaint"), HOLES.items(), ids=HOLES.values())
def test_a_hole_is_found(hole: str, complaint: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(hole)
    assert any(complaint in found for found in catalogue.complaints())


def test_bringing_in_line_twice_changes_nothing() -> None:
    with as_owner():
        assert sync(connection) == []


def test_a_changed_rule_is_brought_in_line() -> None:
    name = next(tables()).name
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE {name} IS 'policies:older'")
        assert sync(connection) == [name]
    assert catalogue.complaints() == []


def test_every_table_of_the_database_is_known() -> None:
    assert {table.name for table in tables()} == catalogue.table_names()
