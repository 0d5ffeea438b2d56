import pytest

from services.domain.sectors import (
    ADMINISTRATIVE,
    MEDICAL,
    SECTORS,
    TRANSPORT,
    ClientAuth,
    Sector,
    SectorKey,
    sector,
)


def test_levels_are_the_policy() -> None:
    levels = {key.value: (item.min_proofing, item.min_authentication) for key, item in SECTORS.items()}
    assert levels == {"medical": (3, 3), "administrative": (3, 2), "transport": (2, 1)}


def test_every_key_has_a_sector() -> None:
    assert set(SECTORS) == set(SectorKey)
    assert all(item.label_ja and item.label_en.isascii() for item in SECTORS.values())


def test_medical_clients_meet_fapi() -> None:
    profile = MEDICAL.profile
    assert profile.fapi and profile.require_par and profile.require_dpop
    assert profile.client_auth == {ClientAuth.PRIVATE_KEY_JWT}
    assert MEDICAL.consent_each_time


def test_client_profiles_of_the_others() -> None:
    assert ADMINISTRATIVE.profile.require_par and not ADMINISTRATIVE.profile.require_dpop
    assert ADMINISTRATIVE.profile.client_auth == {ClientAuth.PRIVATE_KEY_JWT}
    assert not TRANSPORT.profile.require_par and not TRANSPORT.profile.client_auth


def test_excess_is_what_the_sector_does_not_permit() -> None:
    assert TRANSPORT.excess(frozenset({"resident_of", "name"})) == {"name"}
    assert TRANSPORT.permits("age_over_65") and not TRANSPORT.permits("birth_date")


@pytest.mark.parametrize(
    ("item", "proofing", "authentication", "admitted"),
    [(TRANSPORT, 2, 1, True), (TRANSPORT, 1, 3, False), (MEDICAL, 3, 2, False), (MEDICAL, 3, 3, True)],
)
def test_both_levels_count(item: Sector, proofing: int, authentication: int, admitted: bool) -> None:
    assert item.admits(proofing=proofing, authentication=authentication) is admitted


def test_sector_by_key() -> None:
    assert sector("medical") is MEDICAL
    with pytest.raises(KeyError):
        sector("leisure")
