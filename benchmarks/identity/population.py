"""Residents by the million, made in the database by its owner, each with what using the platform leaves."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import psycopg
from cryptography.fernet import Fernet

CONSENTS: Final = 10
DISCLOSURES: Final = 2
"""Of each resident; of the one with the long record see `record_of`."""
CHUNK: Final = 10_000
TABLES: Final = ("citizen", "residence", "proofing", "pseudonym", "consentevent", "disclosure")
HOME: Final = "102016"
OTHER_HOMES: Final = 23

_PEOPLE: Final = """
CREATE TEMP TABLE people ON COMMIT DROP AS
SELECT uuidv7() AS citizen_id, (%(homes)s::int[])[1 + n %% cardinality(%(homes)s::int[])] AS municipality_id
FROM generate_series(1, %(size)s) n
"""
_CITIZENS: Final = """
INSERT INTO identity_citizen (citizen_id, family_name, given_name, kana, birth_date, sex, address,
    person_index, name_index, status, suspended_by, test, created_at)
SELECT citizen_id, %(name)s, %(name)s, %(name)s, %(birth_date)s, %(name)s, %(address)s,
    md5(citizen_id::text) || md5('p' || citizen_id), md5('n' || citizen_id) || md5('m' || citizen_id),
    'active', '[]', false, now()
FROM people
"""
_RESIDENCES: Final = """
INSERT INTO identity_residence (id, citizen_id, municipality_id, starts_on)
SELECT uuidv7(), citizen_id, municipality_id, current_date - 400 FROM people
"""
_PROOFINGS: Final = """
INSERT INTO identity_proofing (id, citizen_id, municipality_id, method, level, evidence,
    evidence_reference, examined_by_name, examined_persons, for_enrolment, examined_at, confirmed_by_name,
    confirmed_at, expires_on)
SELECT uuidv7(), citizen_id, municipality_id, 'jpki', 3, 'my_number_card', '', '', '[]', true,
    now(), '', now(), current_date + 3000
FROM people
"""
_PSEUDONYMS: Final = """
INSERT INTO identity_pseudonym (id, citizen_id, sector, value)
SELECT uuidv7(), citizen_id, sector, md5(gen_random_uuid()::text) || md5(gen_random_uuid()::text)
FROM people, unnest(ARRAY['medical', 'administrative', 'transport']) sector
"""
_LOG: Final = """uuidv7(), 'citizen:' || citizen_id, citizen_id, {when}, 1,
    (%(clients)s::text[])[{client}], 'サービス ' || {client}, %(purpose)s, '["age_over_65", "resident_of"]'"""
_LOG_COLUMNS: Final = (
    "id, stream, citizen_id, occurred_at, seal_number, client_id, recipient, purpose, attributes"
)
_PURPOSE_KEY: Final = """(
    SELECT left(encode(sha256(convert_to(concat_ws(E'\\n', purpose_version, purpose_ja, purpose_en), 'UTF8')),
        'hex'), 32)
    FROM services_relyingparty WHERE client_id = (%(clients)s::text[])[1])"""
"""As services.domain.purpose.purpose_key."""
_CONSENTS: Final = f"""
INSERT INTO identity_consentevent ({_LOG_COLUMNS}, consent_id, event, until, condition, source, purpose_key)
SELECT {_LOG.format(when="now() - interval '30 days'", client="n")},
    gen_random_uuid(), 'given', now() + interval '1 year', '', 'screen', {_PURPOSE_KEY}
FROM people, generate_series(1, %(consents)s) n
"""  # noqa: S608  # constants only
_DISCLOSURES: Final = f"""
INSERT INTO identity_disclosure ({_LOG_COLUMNS}, consent_id, path, legal_basis, salt, reason_code)
SELECT {_LOG.format(when="now() - interval '17 hours' * n", client="1 + n %% 10")},
    gen_random_uuid(), 'userinfo', 'consent', md5(random()::text), ''
FROM people, generate_series(1, %(disclosures)s) n
"""  # noqa: S608  # constants only


class Population:
    """Rows of residents beside those who enrolled through the pages.

    clients: ten ids; the first is of a service that exists. purpose: the one that this service states.
    """

    def __init__(self, dsn: str, field_key: str, clients: list[str], purpose: str) -> None:
        seal = Fernet(field_key)
        self._dsn, self.size = dsn, 0
        self._values: dict[str, object] = {"clients": clients, "purpose": purpose, "consents": CONSENTS}
        for name, plain in (("name", "架空花子"), ("birth_date", "1955-04-01"), ("address", "架空市本町1-1")):
            self._values[name] = seal.encrypt(plain.encode()).decode()

    def grow(self, size: int) -> float:
        """To so many residents, in equal parts in 24 municipalities; seconds."""
        began = time.perf_counter()
        with self._owner() as connection:
            homes = self._homes(connection)
            while self.size < size:
                some = min(CHUNK, size - self.size)
                with connection.transaction():
                    connection.execute(_PEOPLE, {"homes": homes, "size": some})
                    for statement in (_CITIZENS, _RESIDENCES, _PROOFINGS, _PSEUDONYMS):
                        connection.execute(statement, self._values)
                    self._logs(connection, DISCLOSURES)
                self.size += some
                if self.size % 100_000 == 0:
                    print(f"… {self.size:,} residents", flush=True)
            for table in TABLES:
                connection.execute(f"VACUUM ANALYZE identity_{table}")
        return time.perf_counter() - began

    def record_of(self, citizen_id: UUID, disclosures: int) -> None:
        """Consents, and so many disclosures, one each seventeen hours, of somebody who is there already."""
        with self._owner() as connection, connection.transaction():
            connection.execute(
                "CREATE TEMP TABLE people ON COMMIT DROP AS SELECT %s::uuid AS citizen_id", [citizen_id]
            )
            self._logs(connection, disclosures)

    def enrolled(self) -> list[UUID]:
        """Those from the pages, in their order. Asked before anybody was made here."""
        return self._ids("SELECT citizen_id FROM identity_citizen ORDER BY created_at")

    def sample(self, size: int) -> list[UUID]:
        """Of those who live where the service is in use."""
        return self._ids(
            "SELECT r.citizen_id FROM identity_residence r"
            " JOIN tenancy_municipality m ON m.id = r.municipality_id"
            " WHERE m.code = %s AND r.starts_on = current_date - 400 ORDER BY random() LIMIT %s",
            [HOME, size],
        )

    def blocks(self) -> int:
        """Hit and read so far, by processes that have ended: unlike time, others on the machine change
        nothing about it."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            row = connection.execute(
                "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone()
        return int(row[0]) if row else 0

    def _logs(self, connection: psycopg.Connection, disclosures: int) -> None:
        values = {**self._values, "disclosures": disclosures}
        connection.execute(_CONSENTS, values)
        connection.execute(_DISCLOSURES, values)

    def _homes(self, connection: psycopg.Connection) -> list[int]:
        found = connection.execute(
            "SELECT id FROM tenancy_municipality WHERE code <> '102024' ORDER BY code <> %s, code LIMIT %s",
            [HOME, 1 + OTHER_HOMES],
        )
        return [row[0] for row in found]

    def _ids(self, sql: str, values: list[object] | None = None) -> list[UUID]:
        with self._owner() as connection:
            return [row[0] for row in connection.execute(sql, values)]

    @contextmanager
    def _owner(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute("SET ROLE owner")
            yield connection
