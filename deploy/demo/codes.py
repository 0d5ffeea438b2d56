"""Codes of an authenticator app, for the demo's accounts.

`python -m deploy.demo.codes` prints those that are valid now; STATE (.demo) says of which demo.
"""

import base64
import hmac
import json
import os
import struct
import time
from pathlib import Path

SECONDS = 30


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238 with six digits, SHA-1 and 30 seconds; secret: base32, at: seconds since 1970."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // SECONDS))
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    offset = digest[-1] & 15
    return str((struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000).zfill(6)


def seconds_left() -> int:
    return SECONDS - int(time.time()) % SECONDS


def main() -> None:
    folder = Path(os.environ.get("STATE") or ".demo")
    accounts = json.loads((folder / "demo.json").read_text(encoding="utf-8"))["accounts"]
    for account in accounts:
        if secret := account.get("totp_secret"):
            print(f"{totp(secret)}  {account['email']}")
    print(f"あと {seconds_left()} 秒有効 / valid for {seconds_left()} s")


if __name__ == "__main__":
    main()
