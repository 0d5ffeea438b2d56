"""Who may touch what the provider stores: the identity surface alone, and keys not even she."""

import pytest
from django.db import DatabaseError, connection, transaction

from consortium.tenancy.roles import APP, CITIZEN, REPORT, SECRETARIAT, WORKER
from identity.models import (
    AccessToken,
    Authorization,
    AuthorizationCode,
    MachineToken,
    PushedRequest,
    RefreshToken,
    SigningKey,
)

pytestmark = pytest.mark.django_db
SECRET = {
    AccessToken: "token_hash",
    Authorization: "claims",
    AuthorizationCode: "code_hash",
    MachineToken: "jti",
    PushedRequest: "uri_hash",
    RefreshToken: "token_hash",
    SigningKey: "kid",
}
MODELS = tuple(SECRET)
_WHOSE, _ENDING = {"citizen_id", "revoked_at"}, {"revoked_at", "ended_for"}
_NOTICE = {"id", "client_id", "subject", "sid", "ended_for", "told_at"}
OF_AUTHORIZATIONS = {
    APP: (_WHOSE, _ENDING),
    WORKER: (_WHOSE | _NOTICE | {"expires_at"}, _ENDING | {"told_at"}),
}
"""What each may read of them and write."""


def attempt(role: str, statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            cursor.execute(statement)
    except DatabaseError:
        return False
    return True


@pytest.mark.parametrize("role", [APP, SECRETARIAT, WORKER, REPORT])
@pytest.mark.parametrize("model", MODELS)
def test_other_roles_see_nothing(model: type, role: str) -> None:
    """The worker removes what has expired, and sees of it no more than that takes. It signs, too."""
    if model is SigningKey and role == WORKER:
        return
    assert not attempt(role, f"SELECT {SECRET[model]} FROM {model._meta.db_table}")


@pytest.mark.parametrize("role", [APP, SECRETARIAT, WORKER, REPORT])
def test_staff_and_worker_end_authorizations_and_read_no_more_than_that_takes(role: str) -> None:
    """Staff: whose it is and whether it is over. The worker also what a notice to the service says, and the
    end, after which it removes the row."""
    readable, writable = OF_AUTHORIZATIONS.get(role, (set(), set()))
    columns = {field.column for field in Authorization._meta.concrete_fields}
    table = Authorization._meta.db_table
    assert {one for one in columns if attempt(role, f"SELECT {one} FROM {table}")} == readable
    assert {one for one in columns if attempt(role, f"UPDATE {table} SET {one} = NULL")} == writable


@pytest.mark.parametrize("model", MODELS)
def test_identity_surface_reads(model: type) -> None:
    assert attempt(CITIZEN, f"SELECT 1 FROM {model._meta.db_table}")


def test_nobody_but_the_owner_writes_keys_or_rewrites_tokens() -> None:
    for statement in (
        "UPDATE identity_signingkey SET expires_at = now()",
        "DELETE FROM identity_signingkey",
        "UPDATE identity_accesstoken SET authorization_id = gen_random_uuid()",
        "UPDATE identity_authorization SET citizen_id = gen_random_uuid()",
        "UPDATE identity_authorization SET expires_at = now()",
        "UPDATE identity_refreshtoken SET token_hash = ''",
        "UPDATE identity_accesstoken SET scope = 'openid name'",
        "UPDATE identity_authorizationcode SET expires_at = now()",
        "DELETE FROM identity_accesstoken",
        "UPDATE identity_pushedrequest SET parameters = '{}'",
    ):
        assert not attempt(CITIZEN, statement), statement
    assert attempt(CITIZEN, "UPDATE identity_accesstoken SET revoked_at = now()")
    assert attempt(CITIZEN, "UPDATE identity_authorization SET revoked_at = now()")
