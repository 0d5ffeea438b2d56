"""Pure rules: redirect URIs and public keys."""

import pytest

from services.domain.registration import KeysProblem, UriProblem, keys_problem, uri_problem

PUBLIC = {"kty": "EC", "crv": "P-256", "x": "a", "y": "b"}


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
