"""Settings of how residents prove who they are (docs/identity-proofing.md), out of the environment."""

from typing import Any, Final

_JPKI_ARC: Final = "1.2.392.200149.8.5"


def jpki(env: Any) -> dict[str, Any]:
    """Of cards. Without anchors the way is closed. OIDs: J-LIS プロファイル仕様書 3.2."""
    attributes = {"name": "5.1", "sex": "5.3", "birth_date": "5.4", "address": "5.5"}
    return {
        "anchors": env.list("JPKI_TRUST_ANCHORS", []),
        "ocsp_url": env.str("JPKI_OCSP_URL", ""),
        "crl_urls": env.list("JPKI_CRL_URLS", []),
        "policies": env.list("JPKI_POLICIES", [f"{_JPKI_ARC}.1.1.20"]),
        "attributes": {name: f"{_JPKI_ARC}.{oid}" for name, oid in attributes.items()}
        | env.dict("JPKI_ATTRIBUTES", {}),
        "years": env.int("PROOFING_YEARS", 5),
    }


def ninsho_app(env: Any) -> dict[str, Any]:
    """Of an upstream OpenID Provider. Without an issuer the way is closed. levels: its `acr` -> 1, 2 or 3."""
    claims = {"name": "name", "birth_date": "birthdate", "sex": "gender", "address": "address.formatted"}
    return {
        "issuer": env.str("NINSHO_APP_ISSUER", ""),
        "client_id": env.str("NINSHO_APP_CLIENT_ID", ""),
        "secret": env.str("NINSHO_APP_CLIENT_SECRET", ""),
        "scopes": env.str("NINSHO_APP_SCOPES", "openid profile address"),
        "acr_levels": env.dict("NINSHO_APP_ACR_LEVELS", {}, subcast_values=int),
        "claims": claims | env.dict("NINSHO_APP_CLAIMS", {}),
        "years": env.int("PROOFING_YEARS", 5),
    }
