"""Pure rules: redirect URIs and public keys."""

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from services.domain.registration import KeysProblem, UriProblem, keys_problem, uri_problem
from tests.factories import jwks_of, make_key

PUBLIC = jwks_of(make_key())["keys"][0]
NAMED = jwks_of(make_key("EC", "a"), make_key("OKP", "b"), make_key("RSA", "c"))
UNNAMED = {name: value for name, value in PUBLIC.items() if name != "kid"}
WEAK = jwks_of(RSAKey.generate_key(1024))["keys"][0]
OTHER_CURVE = jwks_of(ECKey.generate_key("P-384"))["keys"][0]
AGREEMENT = jwks_of(OKPKey.generate_key("X25519"))["keys"][0]


@pytest.mark.parametrize(
    "uri",
    [
        "https://service.example/callback",
        "https://service.example:8443/cb?tenant=a",
        "http://localhost:8002/callback",
        "http://127.0.0.1/cb",
    ],
)
def test_usable_uris(uri: str) -> None:
    assert uri_problem(uri) is None


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("http://service.example/cb", UriProblem.SCHEME),
        ("http://localhost.evil.example/cb", UriProblem.SCHEME),
        ("javascript:alert(1)", UriProblem.SCHEME),
        ("/relative", UriProblem.SCHEME),
        ("https:///cb", UriProblem.HOST),
        ("https://localhost@evil.example/cb", UriProblem.HOST),
        ("https://service.example:port/cb", UriProblem.HOST),
        ("https://[::1/cb", UriProblem.HOST),
        ("https://*.example/cb", UriProblem.WILDCARD),
        ("https://service.example/cb#x", UriProblem.FRAGMENT),
        ('https://service.example/"cb', UriProblem.CHARACTERS),
        ("https://日本.example/cb", UriProblem.CHARACTERS),
        ("https://service.example/a b", UriProblem.CHARACTERS),
        ("https://service.example/cb\n", UriProblem.CHARACTERS),
        ("https://service.example/" + "a" * 500, UriProblem.TOO_LONG),
        ("", UriProblem.CHARACTERS),
    ],
)
def test_refused_uris(uri: str, problem: UriProblem) -> None:
    assert uri_problem(uri) is problem


@pytest.mark.parametrize(
    ("jwks", "problem"),
    [
        ({"keys": [PUBLIC]}, None),
        ({"keys": [UNNAMED]}, None),
        (NAMED, None),
        ({"keys": [{**PUBLIC, "use": "sig", "alg": "ES256"}]}, None),
        ({"keys": [{**PUBLIC, "use": "enc"}]}, KeysProblem.USE),
        ({"keys": [{**PUBLIC, "alg": "RS256"}]}, KeysProblem.USE),
        ({"keys": [{**NAMED["keys"][2], "alg": "RS256"}]}, KeysProblem.USE),
        ({"keys": [{**PUBLIC, "x": PUBLIC["y"]}]}, KeysProblem.UNREADABLE),
        ({"keys": [{"kty": "EC", "crv": "P-256", "x": 5, "y": []}]}, KeysProblem.UNREADABLE),
        ({"keys": [{"kty": "RSA", "n": "", "e": ""}]}, KeysProblem.UNREADABLE),
        ({"keys": [WEAK]}, KeysProblem.SHORT),
        ({"keys": [OTHER_CURVE]}, KeysProblem.KEY_TYPE),
        ({"keys": [AGREEMENT]}, KeysProblem.KEY_TYPE),
        ({"keys": [PUBLIC, PUBLIC]}, KeysProblem.KID),
        ({"keys": [PUBLIC, UNNAMED]}, KeysProblem.KID),
        ({"keys": [{**PUBLIC, "kid": ""}]}, KeysProblem.KID),
        ({"keys": [{**PUBLIC, "d": "secret"}]}, KeysProblem.PRIVATE),
        ({"keys": [{"kty": "oct", "k": "secret"}]}, KeysProblem.PRIVATE),
        ({"keys": [{"kty": "oct"}]}, KeysProblem.KEY_TYPE),
        ({"keys": []}, KeysProblem.COUNT),
        ({"keys": [PUBLIC] * 11}, KeysProblem.COUNT),
        ({"keys": "x"}, KeysProblem.FORM),
        ({"keys": ["x"]}, KeysProblem.FORM),
        ([], KeysProblem.FORM),
        (None, KeysProblem.FORM),
    ],
)
def test_keys(jwks: object, problem: KeysProblem | None) -> None:
    assert keys_problem(jwks) is problem
