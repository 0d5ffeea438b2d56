"""A WebAuthn authenticator in software, for the demo's journey and tests: it keeps its keys in clear.

It answers what `navigator.credentials.create()` and `.get()` are called with, in JSON, by what
`credential.toJSON()` gives (WebAuthn Level 3, 5.1), so that pages and forms can't tell it from a browser.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.rpid import verify_rp_id
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

Json = dict[str, Any]
FLAG = AuthenticatorData.FLAG
_AAGUID = bytes(16)


class Refused(Exception):
    """What a browser throws: a foreign RP ID, no matching credential, an excluded or unsupported one."""


@dataclass
class Passkey:
    """A discoverable ES256 credential. Ids and handles are base64url, the key is PEM (PKCS#8)."""

    id: str
    rp_id: str
    user_handle: str
    private_key: str
    sign_count: int = 0

    def key(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self.private_key.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(type(key))
        return key


@dataclass
class Authenticator:
    """One person's device at one origin, her verification always succeeding.

    `backup_eligible` makes synced passkeys (level 2), its default device-bound ones (level 3). Without
    `counts` every signature shows 0, as many devices do: then a stored copy of it goes on working.
    """

    origin: str
    backup_eligible: bool = False
    backed_up: bool = False
    user_verified: bool = True
    counts: bool = True
    passkeys: list[Passkey] = field(default_factory=list)

    def create(self, options: Mapping[str, Any]) -> Json:
        """Register: options of `navigator.credentials.create`, with or without `publicKey` around."""
        options = options.get("publicKey", options)
        rp_id = self._rp_id(options["rp"].get("id"))
        if all(parameter["alg"] != ES256.ALGORITHM for parameter in options["pubKeyCredParams"]):
            raise Refused("NotSupportedError: no ES256")
        if any(passkey.id in _ids(options.get("excludeCredentials")) for passkey in self.passkeys):
            raise Refused("InvalidStateError: already registered")
        passkey = _new_passkey(rp_id, options["user"]["id"])
        self.passkeys.append(passkey)
        client_data = self._client_data("webauthn.create", options)
        return _credential(passkey, self._attestation(passkey, client_data), rk=True)

    def get(self, options: Mapping[str, Any]) -> Json:
        """Sign in: options as given to `navigator.credentials.get`; the newest matching passkey answers."""
        options = options.get("publicKey", options)
        passkey = self._find(self._rp_id(options.get("rpId")), _ids(options.get("allowCredentials")))
        passkey.sign_count += self.counts
        client_data = self._client_data("webauthn.get", options)
        data = AuthenticatorData.create(_rp_id_hash(passkey), self._flags(), passkey.sign_count)
        signature = passkey.key().sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client_data),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": passkey.user_handle,
        }
        return _credential(passkey, response)

    def to_dict(self) -> Json:
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "passkeys": [Passkey(**passkey) for passkey in stored["passkeys"]]})

    def _rp_id(self, asked: str | None) -> str:
        rp_id = asked or urlsplit(self.origin).hostname or ""
        if not verify_rp_id(rp_id, self.origin):
            raise Refused(f"SecurityError: {rp_id} is not of {self.origin}")
        return rp_id

    def _find(self, rp_id: str, allowed: set[str]) -> Passkey:
        for passkey in reversed(self.passkeys):
            if passkey.rp_id == rp_id and (not allowed or passkey.id in allowed):
                return passkey
        raise Refused("NotAllowedError: no matching passkey")

    def _client_data(self, kind: str, options: Mapping[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, str(options["challenge"]), self.origin)

    def _flags(self) -> FLAG:
        chosen = ((FLAG.UV, self.user_verified), (FLAG.BE, self.backup_eligible), (FLAG.BS, self.backed_up))
        return FLAG(FLAG.UP | sum(flag for flag, on in chosen if on))

    def _attestation(self, passkey: Passkey, client_data: CollectedClientData) -> Json:
        """Self-chosen attestation is never asked for in the project: the format is `none`."""
        public_key = ES256.from_cryptography_key(  # type: ignore[no-untyped-call]  # fido2 leaves it untyped
            passkey.key().public_key()
        )
        attested = AttestedCredentialData.create(_AAGUID, websafe_decode(passkey.id), public_key)
        data = AuthenticatorData.create(_rp_id_hash(passkey), self._flags() | FLAG.AT, 0, attested)
        return {
            "clientDataJSON": websafe_encode(client_data),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            "authenticatorData": websafe_encode(data),
            "publicKeyAlgorithm": ES256.ALGORITHM,
            "transports": ["internal"],
        }


def _new_passkey(rp_id: str, user_handle: str) -> Passkey:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Passkey(websafe_encode(secrets.token_bytes(32)), rp_id, user_handle, pem.decode())


def _rp_id_hash(passkey: Passkey) -> bytes:
    return sha256(passkey.rp_id.encode()).digest()


def _ids(descriptors: Iterable[Mapping[str, Any]] | None) -> set[str]:
    return {str(descriptor["id"]) for descriptor in descriptors or ()}


def _credential(passkey: Passkey, response: Json, *, rk: bool | None = None) -> Json:
    return {
        "id": passkey.id,
        "rawId": passkey.id,
        "type": "public-key",
        "authenticatorAttachment": "platform",
        "response": response,
        "clientExtensionResults": {} if rk is None else {"credProps": {"rk": rk}},
    }


def as_form_value(credential: Json) -> str:
    """Return what a page puts into the hidden `credential` field of a form."""
    return json.dumps(credential)
