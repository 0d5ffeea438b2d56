"""A request sent twice under one key is carried out once (draft-ietf-httpapi-idempotency-key-header).

The answer is kept in the transaction of the write: a crash leaves neither. An advisory lock of that
transaction tells a request that is still at work from one that is done. Refusals are not kept: they changed
nothing, and the corrected request may come under the same key.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from consortium import problems
from consortium.crypto import decrypt, encrypt
from consortium.tenancy import context

from .exceptions import Refusal
from .models import KEPT, IdempotencyKey

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_KEY: Final = re.compile(r'"(?P<quoted>[ !#-\[\]-~]{1,255})"|(?P<bare>[!#-+\--\[\]-~]{1,255})')
_KEPT_HEADERS: Final = ("Location", "ETag")


class Replay(Exception):
    """The request was carried out before; `response` is what was answered then."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out a request, held until the end of the transaction."""

    caller: str
    key: str
    fingerprint: str

    def keep(self, response: Response) -> None:
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        answer = {"status": response.status_code, "headers": headers, "body": response.data}
        IdempotencyKey(
            municipality_id=context.require().municipality_id,
            caller=self.caller,
            key=self.key,
            fingerprint=self.fingerprint,
            answer=encrypt(json.dumps(answer, cls=JSONEncoder)),
        ).save(force_insert=True)


def claim(request: Request, caller: str) -> Claim | None:
    """None without a key. Raises Replay for a request that was answered, and Refusal."""
    header = request.headers.get(HEADER)
    if header is None:
        return None
    wanted = Claim(caller, _key(header), _fingerprint(request))
    if not _locked(wanted):
        raise Refusal(problems.IN_PROGRESS, headers={"Retry-After": "1"})
    if earlier := _earlier(wanted):
        if earlier.fingerprint != wanted.fingerprint:
            raise Refusal(problems.KEY_REUSED)
        raise Replay(_answer(earlier))
    return wanted


def _key(header: str) -> str:
    """A structured-field string, as the draft has it, or the bare value that many clients send."""
    found = _KEY.fullmatch(header.strip())
    if found is None:
        raise Refusal(problems.KEY_MALFORMED)
    return found["quoted"] or found["bare"]


def _fingerprint(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    text = "\n".join((str(request.method), request.get_full_path(), body))
    return hashlib.sha256(text.encode()).hexdigest()


def _locked(wanted: Claim) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_of(wanted)])
        return bool(cursor.fetchone()[0])


def lock_of(wanted: Claim) -> int:
    """Number of the advisory lock that stands for one caller's key."""
    scope = f"{context.require().municipality_id}\n{wanted.caller}\n{wanted.key}"
    return int.from_bytes(hashlib.sha256(scope.encode()).digest()[:8], signed=True)


def _earlier(wanted: Claim) -> IdempotencyKey | None:
    same = IdempotencyKey.objects.filter(
        municipality_id=context.require().municipality_id, caller=wanted.caller, key=wanted.key
    )
    same.filter(created_at__lte=timezone.now() - KEPT).delete()
    found: IdempotencyKey | None = same.first()
    return found


def _answer(earlier: IdempotencyKey) -> Response:
    kept: dict[str, Any] = json.loads(decrypt(earlier.answer))
    return Response(kept["body"], status=kept["status"], headers={**kept["headers"], REPLAYED: "true"})
