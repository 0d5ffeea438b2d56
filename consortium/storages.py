"""Where private files lie, from one address in the environment, as Django's STORAGES wants it."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def private(address: str, folder: Path) -> dict[str, Any]:
    """A folder that only the platform's own account can read; or, with `s3://KEY:SECRET@HOST:PORT/BUCKET`
    (`s3+http://` without TLS, `?region=`; key and secret percent-encoded), any S3-compatible storage.
    """
    if address:
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3(address)}
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": folder,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _s3(address: str) -> dict[str, Any]:
    url = urlsplit(address)
    host = f"{url.hostname}:{url.port}" if url.port else url.hostname
    return {
        "bucket_name": url.path.strip("/"),
        "endpoint_url": f"{'http' if url.scheme == 's3+http' else 'https'}://{host}",
        "access_key": unquote(url.username or "") or None,
        "secret_key": unquote(url.password or "") or None,
        "region_name": parse_qs(url.query).get("region", ["us-east-1"])[0],
        "addressing_style": "path",
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
    }
