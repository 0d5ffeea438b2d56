"""The WebAuthn ceremonies of residents on fido2: discoverable keys, user verification, our exact origin."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from fido2.cbor import decode as decode_cbor
from fido2.cbor import encode as encode_cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

Json = dict[str, Any]
LONGEST = 20_000
"""Characters of a credential in JSON; a real one has about 2,000."""
ALGORITHMS = (-7, -8, -257)
"""ES256, EdDSA, RS256, the last one for Windows Hello."""
TRANSPORTS = {"usb", "nfc", "ble", "smart-card", "hybrid", "internal"}
FLAG = AuthenticatorData.FLAG


class CeremonyFailed(Exception):
    """The answer does not prove what was asked. Its text is for developers, never for the page."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What a new credential says of itself. public_key: COSE key in CBOR. attestation: the format
    it came in, not verified."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: UUID
    attestation: str
    transports: list[str]
    backup_eligible: bool
    backup_state: bool


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a credential signed at one sign-in."""

    sign_count: int
    backup_eligible: bool
    backup_state: bool
    user_verified: bool


def begin_registration(*, handle: bytes, label: str, known: list[bytes]) -> tuple[Json, Json]:
    """Options for `navigator.credentials.create` (JSON) and the state to keep until the answer.

    known: credentials that she has already, so that one device is not registered twice.
    """
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=label, display_name=label),
        [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=id_) for id_ in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options)["publicKey"], state


def begin_sign_in() -> tuple[Json, Json]:
    """Options for `navigator.credentials.get`: nobody is named, the device offers its own keys."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options)["publicKey"], state


def parse(text: str) -> Json:
    """The credential as a form field holds it. Raises CeremonyFailed."""
    try:
        credential = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        raise CeremonyFailed("not a JSON object of a credential")
    return credential


def user_handle(credential: Json) -> bytes:
    """Whose key it claims to be. Raises CeremonyFailed."""
    try:
        return bytes(AuthenticationResponse.from_dict(credential).response.user_handle or b"")
    except Exception as error:  # fido2 raises whatever its parsers stumble over
        raise CeremonyFailed("unreadable assertion") from error


def credential_id(credential: Json) -> bytes:
    try:
        return websafe_decode(credential["rawId"])
    except (KeyError, TypeError, ValueError) as error:
        raise CeremonyFailed("no credential id") from error


def finish_registration(state: Json, credential: Json) -> Registered:
    """Raises CeremonyFailed."""
    try:
        response = RegistrationResponse.from_dict(credential)
        data = _server().register_complete(state, response)
        attested = data.credential_data
        if attested is None or attested.public_key.ALGORITHM not in ALGORITHMS:
            raise CeremonyFailed("no key of an algorithm we know")
        _same_origin(response.response.client_data)
    except CeremonyFailed:
        raise
    except Exception as error:  # fido2 raises whatever its parsers stumble over
        raise CeremonyFailed(str(error)) from error
    return Registered(
        credential_id=attested.credential_id,
        public_key=encode_cbor(dict(attested.public_key)),
        sign_count=data.counter,
        aaguid=UUID(bytes=bytes(attested.aaguid)),
        attestation=str(response.response.attestation_object.fmt)[:32],
        transports=_transports(credential),
        backup_eligible=bool(data.flags & FLAG.BE),
        backup_state=bool(data.flags & FLAG.BS),
    )


def finish_sign_in(state: Json, credential: Json, *, stored_id: bytes, public_key: bytes) -> Asserted:
    """Check the assertion against one stored key. Raises CeremonyFailed."""
    try:
        response = AuthenticationResponse.from_dict(credential)
        key = AttestedCredentialData.create(bytes(16), stored_id, _cose_key(public_key))
        _server().authenticate_complete(state, [key], response)
        _same_origin(response.response.client_data)
    except CeremonyFailed:
        raise
    except Exception as error:  # fido2 raises whatever its parsers stumble over
        raise CeremonyFailed(str(error)) from error
    data = response.response.authenticator_data
    return Asserted(
        sign_count=data.counter,
        backup_eligible=bool(data.flags & FLAG.BE),
        backup_state=bool(data.flags & FLAG.BS),
        user_verified=data.is_user_verified(),
    )


def _server() -> Fido2Server:
    name, host = settings.SITE_NAME, urlsplit(settings.IDENTITY_URL).hostname
    return Fido2Server(
        PublicKeyCredentialRpEntity(name=name, id=host),
        verify_origin=lambda origin: origin == settings.IDENTITY_URL,
    )


def _cose_key(public_key: bytes) -> CoseKey:
    key: Any = decode_cbor(public_key)
    return CoseKey.parse(key)


def _same_origin(client_data: Any) -> None:
    """A page of somebody else's may not frame the ceremony."""
    if client_data.cross_origin:
        raise CeremonyFailed("the ceremony ran in a frame of another origin")


def _transports(credential: Json) -> list[str]:
    """As the browser reports them, hence unsigned: known words only."""
    response = credential.get("response")
    named = response.get("transports") if isinstance(response, dict) else None
    return sorted(TRANSPORTS & {word for word in named or [] if isinstance(word, str)})
