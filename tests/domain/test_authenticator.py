"""The software authenticator against a real fido2 server, as allauth and identity use it."""

import json
from typing import Any

import pytest
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from deploy.demo.authenticator import Authenticator, Refused, as_form_value

ORIGIN = "http://localhost:8001"
USER = PublicKeyCredentialUserEntity(id=b"handle", name="resident", display_name="住民")
REQUIRED = UserVerificationRequirement.REQUIRED


@pytest.fixture
def server() -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(id="localhost", name="demo"), verify_origin=ORIGIN.__eq__)


def plain(options: Any) -> dict[str, Any]:
    """As it arrives in a browser: JSON."""
    return json.loads(json.dumps(dict(options)))


def register(
    server: Fido2Server, device: Authenticator, credentials: list[AttestedCredentialData] | None = None
) -> AuthenticatorData:
    options, state = server.register_begin(
        USER,
        credentials,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=REQUIRED,
        extensions={"credProps": True},
    )
    return server.register_complete(state, json.loads(as_form_value(device.create(plain(options)))))


def sign_in(server: Fido2Server, device: Authenticator, known: AttestedCredentialData) -> dict[str, Any]:
    options, state = server.authenticate_begin(user_verification=REQUIRED)
    answer = device.get(plain(options))
    assert server.authenticate_complete(state, [known], answer) == known
    return answer


def known(data: AuthenticatorData) -> AttestedCredentialData:
    assert data.credential_data is not None
    return data.credential_data


def auth_data(answer: dict[str, Any]) -> AuthenticatorData:
    return AuthenticationResponse.from_dict(answer).response.authenticator_data


def test_register_and_sign_in(server: Fido2Server) -> None:
    device = Authenticator(ORIGIN)
    data = register(server, device)
    assert data.is_user_verified()
    answer = sign_in(server, device, known(data))
    assert websafe_decode(answer["response"]["userHandle"]) == b"handle"


def test_the_counter_rises(server: Fido2Server) -> None:
    device = Authenticator(ORIGIN)
    data = register(server, device)
    counters = [auth_data(sign_in(server, device, known(data))).counter for _ in range(3)]
    assert [data.counter, *counters] == [0, 1, 2, 3]


@pytest.mark.parametrize(("eligible", "backed_up"), [(False, False), (True, False), (True, True)])
def test_backup_flags(server: Fido2Server, eligible: bool, backed_up: bool) -> None:
    device = Authenticator(ORIGIN, backup_eligible=eligible, backed_up=backed_up)
    data = register(server, device)
    for flags in (data.flags, auth_data(sign_in(server, device, known(data))).flags):
        assert bool(flags & AuthenticatorData.FLAG.BE) is eligible
        assert bool(flags & AuthenticatorData.FLAG.BS) is backed_up


def test_kept_and_restored_it_goes_on(server: Fido2Server) -> None:
    device = Authenticator(ORIGIN)
    data = register(server, device)
    sign_in(server, device, known(data))
    restored = Authenticator.from_dict(json.loads(json.dumps(device.to_dict())))
    assert auth_data(sign_in(server, restored, known(data))).counter == 2


def test_without_verification_the_server_refuses(server: Fido2Server) -> None:
    with pytest.raises(ValueError, match="verification"):
        register(server, Authenticator(ORIGIN, user_verified=False))


def test_another_origin_is_refused_by_the_server(server: Fido2Server) -> None:
    with pytest.raises(ValueError, match="origin"):
        register(server, Authenticator("http://localhost:8000"))


def test_a_foreign_rp_id_is_refused_by_the_device(server: Fido2Server) -> None:
    with pytest.raises(Refused, match="SecurityError"):
        register(server, Authenticator("https://example.org"))


def test_an_excluded_credential_is_not_made_again(server: Fido2Server) -> None:
    device = Authenticator(ORIGIN)
    data = register(server, device)
    with pytest.raises(Refused, match="InvalidStateError"):
        register(server, device, [known(data)])


def test_only_allowed_credentials_answer(server: Fido2Server) -> None:
    device, other = Authenticator(ORIGIN), Authenticator(ORIGIN)
    first, _second = register(server, device), register(server, device)
    foreign = register(server, other)
    options, state = server.authenticate_begin([known(first)], user_verification=REQUIRED)
    assert server.authenticate_complete(state, [known(first)], device.get(plain(options)))
    options, _state = server.authenticate_begin([known(foreign)])
    with pytest.raises(Refused, match="NotAllowedError"):
        device.get(plain(options))


def test_es256_is_all_it_can(server: Fido2Server) -> None:
    server.allowed_algorithms = [item for item in server.allowed_algorithms if item.alg != -7]
    with pytest.raises(Refused, match="NotSupportedError"):
        register(server, Authenticator(ORIGIN))


def test_answers_are_what_allauth_parses_and_stores(server: Fido2Server) -> None:
    device = Authenticator(ORIGIN)
    options, _state = server.register_begin(USER)
    stored = json.loads(as_form_value(device.create(plain(options))))
    assert stored["clientExtensionResults"]["credProps"]["rk"] is True
    parsed = RegistrationResponse.from_dict(stored)
    assert known(parsed.response.attestation_object.auth_data).credential_id == websafe_decode(stored["id"])
