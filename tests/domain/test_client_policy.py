"""What a client of each sector must do at the least, over all settings that can be registered."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.policy import ClientSettings, Shortfall, shortfalls
from services.domain.sectors import (
    ADMINISTRATIVE,
    MEDICAL,
    SECTORS,
    TRANSPORT,
    ClientAuth,
    GrantType,
    SigningAlg,
)

AUTHS = [*ClientAuth, "client_secret_post", ""]
ALGS = [*SigningAlg, "none", "HS256"]
GRANT_SETS = [frozenset(some) for size in range(4) for some in combinations(GrantType, size)]
SETTINGS = st.builds(
    ClientSettings,
    client_auth=st.sampled_from(AUTHS),
    par=st.booleans(),
    dpop=st.booleans(),
    id_token_alg=st.sampled_from(ALGS),
    userinfo_alg=st.sampled_from(["", *ALGS]),
    rs256_reason=st.sampled_from(["", " ", "古い機器のため"]),
    grants=st.sampled_from(GRANT_SETS),
    test=st.booleans(),
)
FULL = ClientSettings(
    client_auth="private_key_jwt",
    par=True,
    dpop=True,
    id_token_alg="ES256",
    userinfo_alg="",
    rs256_reason="",
    grants=frozenset({GrantType.AUTHORIZATION_CODE}),
    test=False,
)


def test_medical_runs_under_fapi_2_or_not_at_all() -> None:
    """Every combination, sandbox clients included: nothing below PAR, DPoP, private_key_jwt and no RS256."""
    for auth, par, dpop, alg, info, grants, test in product(
        AUTHS, (True, False), (True, False), SigningAlg, ("", *SigningAlg), GRANT_SETS, (True, False)
    ):
        asked = ClientSettings(auth, par, dpop, alg, info, "理由", grants, test)
        runs = not list(shortfalls(MEDICAL, asked))
        strong = auth == "private_key_jwt" and par and dpop and "RS256" not in {alg, info}
        useful = bool(grants & {GrantType.AUTHORIZATION_CODE, GrantType.CLIENT_CREDENTIALS})
        orderly = GrantType.AUTHORIZATION_CODE in grants or GrantType.REFRESH_TOKEN not in grants
        assert runs == (strong and useful and orderly), asked


@given(asked=SETTINGS, sector=st.sampled_from(list(SECTORS.values())))
def test_what_runs_holds_to_its_sector(asked: ClientSettings, sector: object) -> None:
    found = list(shortfalls(sector, asked))
    profile = sector.profile
    if not found:
        assert asked.par or not profile.require_par
        assert asked.dpop or not profile.require_dpop
        assert asked.client_auth in profile.client_auth or not profile.client_auth or asked.test
        assert not (profile.fapi and asked.client_auth != "private_key_jwt")
    assert len(found) == len(set(found))


@given(asked=SETTINGS)
def test_a_stricter_sector_finds_all_that_a_laxer_one_finds(asked: ClientSettings) -> None:
    lax = set(shortfalls(TRANSPORT, asked)) - {Shortfall.REASON}
    assert lax <= set(shortfalls(MEDICAL, asked))


@pytest.mark.parametrize("sector", SECTORS.values(), ids=lambda one: one.key)
def test_fapi_2_is_open_to_all(sector: object) -> None:
    assert list(shortfalls(sector, FULL)) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"client_auth": "client_secret_basic"}, [Shortfall.CLIENT_AUTH]),
        ({"client_auth": "client_secret_basic", "test": True}, []),
        ({"par": False}, [Shortfall.PAR]),
        ({"dpop": False}, []),
        ({"id_token_alg": "RS256"}, [Shortfall.REASON]),
        ({"userinfo_alg": "RS256"}, [Shortfall.REASON]),
        ({"id_token_alg": "RS256", "rs256_reason": "機器の更新が来年度のため"}, []),
        ({"grants": frozenset()}, [Shortfall.NO_GRANT]),
        ({"grants": frozenset({GrantType.REFRESH_TOKEN})}, [Shortfall.NO_GRANT]),
        (
            {"grants": frozenset({GrantType.REFRESH_TOKEN, GrantType.CLIENT_CREDENTIALS})},
            [Shortfall.REFRESH_ALONE],
        ),
    ],
    ids=lambda one: "" if "grants" in one else str(one),
)
def test_administrative(change: dict[str, object], found: list[Shortfall]) -> None:
    asked = {name: getattr(FULL, name) for name in FULL.__slots__} | change
    assert list(shortfalls(ADMINISTRATIVE, ClientSettings(**asked))) == found


@pytest.mark.parametrize("test", [True, False])
def test_a_public_client_binds_its_tokens(test: bool) -> None:
    asked = {name: getattr(FULL, name) for name in FULL.__slots__} | {"client_auth": "none", "test": test}
    assert list(shortfalls(TRANSPORT, ClientSettings(**asked))) == []
    assert list(shortfalls(TRANSPORT, ClientSettings(**asked | {"dpop": False}))) == [Shortfall.PUBLIC_BEARER]


def test_a_public_client_speaks_for_nobody_but_residents() -> None:
    grants = frozenset({GrantType.CLIENT_CREDENTIALS, GrantType.AUTHORIZATION_CODE})
    asked = {name: getattr(FULL, name) for name in FULL.__slots__} | {"client_auth": "none", "grants": grants}
    assert list(shortfalls(TRANSPORT, ClientSettings(**asked))) == [Shortfall.PUBLIC_MACHINE]
