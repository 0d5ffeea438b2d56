"""Proofs of possession: what makes one good, for any address."""

import base64
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from redis.exceptions import RedisError

from identity.oidc import dpop
from identity.oidc.errors import ServerError

from .proofs import Prover

URL = "https://id.example.jp/oauth/token"


def prove(proof: str, url: str = URL, method: str = "POST", **more: str) -> str:
    return dpop.proven_key(proof, method=method, url=url, **more)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    ("make", "alg"),
    [
        (lambda: ECKey.generate_key("P-256"), "ES256"),
        (lambda: OKPKey.generate_key("Ed25519"), "EdDSA"),
        (lambda: OKPKey.generate_key("Ed25519"), "Ed25519"),
        (lambda: RSAKey.generate_key(2048), "PS256"),
    ],
    ids=["ES256", "EdDSA", "Ed25519", "PS256"],
)
def test_good_proof_gives_the_thumbprint(make: Callable[[], Any], alg: str) -> None:
    prover = Prover(make(), alg)
    assert prove(prover.proof("POST", URL)) == prover.jkt


@pytest.mark.parametrize(
    "htu",
    [
        "https://id.example.jp:443/oauth/token",
        "HTTPS://ID.example.jp/oauth/token",
        f"{URL}?a=b#c",
    ],
)
def test_address_is_compared_normalised_and_without_its_query(htu: str) -> None:
    assert prove(Prover().proof("POST", htu), url=f"{URL}?x=1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"htm": "GET"},
        {"htm": None},
        {"htu": "https://id.example.jp/oauth/par"},
        {"htu": "http://id.example.jp/oauth/token"},
        {"htu": "https://id.example.jp:8443/oauth/token"},
        {"htu": "https://[bad"},
        {"htu": "https://id.example.jp:x/"},
        {"htu": 7},
        {"htu": None},
        {"iat": int(time.time()) - 1000},
        {"iat": int(time.time()) + 100_000},
        {"iat": "now"},
        {"iat": None},
        {"iat": True},
        {"exp": int(time.time()) - 1000},
        {"nbf": int(time.time()) + 100_000},
        {"exp": "x"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"header": {"typ": "JWT"}},
        {"header": {"jwk": None}},
        {"header": {"jwk": {"kty": ["EC"]}}},
        {"header": {"jwk": ECKey.generate_key("P-256").as_dict(private=False)}},
    ],
    ids=count(),
)
def test_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(dpop.InvalidProofError):
        prove(Prover().proof("POST", URL, **wrong))


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    ("make", "alg"),
    [
        (lambda: RSAKey.generate_key(2048), "RS256"),
        (lambda: RSAKey.generate_key(1024), "PS256"),
        (lambda: ECKey.generate_key("P-384"), "ES384"),
        (lambda: OctKey.generate_key(256), "HS256"),
    ],
    ids=["RS256", "short RSA", "ES384", "HS256"],
)
def test_weak_or_symmetric_keys_are_refused(make: Callable[[], Any], alg: str) -> None:
    key = make()
    prover = Prover(key, alg)
    with pytest.raises(dpop.InvalidProofError):
        prove(prover.proof("POST", URL, header={"jwk": key.as_dict()}))


def test_private_key_in_a_proof_is_refused() -> None:
    prover = Prover()
    with pytest.raises(dpop.InvalidProofError):
        prove(prover.proof("POST", URL, header={"jwk": prover.key.as_dict(private=True)}))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "日本", "e30.e30.", f"{'a' * 5000}", "a,b", "..", "\0"])
def test_garbage(text: str) -> None:
    with pytest.raises(dpop.InvalidProofError):
        prove(text)


def test_deeply_nested_header() -> None:
    nested = base64.urlsafe_b64encode(b'{"a":' + b"[" * 2500).rstrip(b"=").decode()
    with pytest.raises(dpop.InvalidProofError):
        prove(f"{nested}.e30.x")


def test_each_proof_is_good_once() -> None:
    prover = Prover()
    proof = prover.proof("POST", URL, jti="one")
    prove(proof)
    with pytest.raises(dpop.InvalidProofError, match="used before"):
        prove(proof)
    with pytest.raises(dpop.InvalidProofError, match="used before"):
        prove(prover.proof("POST", URL, jti="one"))
    assert prove(Prover().proof("POST", URL, jti="one"))  # of another client


@pytest.mark.parametrize("given", [None, "", "x", "日本", 7])
def test_nonce_is_asked_for(given: Any) -> None:
    with pytest.raises(dpop.UseNonceError):
        prove(Prover().proof("POST", URL, nonce=given))


def test_nonce_rotates_and_overlaps(monkeypatch: pytest.MonkeyPatch) -> None:
    old, now = dpop.nonce(), time.time()
    for windows, good in ((1, True), (2, False)):
        later = now + windows * dpop.NONCE_LIFE
        monkeypatch.setattr("identity.oidc.dpop.time.time", lambda later=later: later)
        assert dpop.nonce() != old
        proof = Prover().proof("POST", URL, nonce=old, iat=int(later))
        if good:
            assert prove(proof)
        else:
            with pytest.raises(dpop.UseNonceError):
                prove(proof)


def test_access_token_must_be_named() -> None:
    prover = Prover()
    assert prove(prover.proof("GET", URL, token="t"), method="GET", access_token="t")
    for wrong in ({}, {"token": "other"}, {"ath": 7}):
        with pytest.raises(dpop.InvalidProofError, match="ath"):
            prove(prover.proof("GET", URL, **wrong), method="GET", access_token="t")


@pytest.fixture
def no_valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fail(*_: Any, **__: Any) -> None:
        raise RedisError

    monkeypatch.setattr("identity.oidc.assertion.ask", fail)
    yield


def test_without_valkey_nothing_is_taken_for_fresh(no_valkey: None) -> None:
    with pytest.raises(ServerError):
        prove(Prover().proof("POST", URL))
