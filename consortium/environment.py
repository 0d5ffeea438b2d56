"""The environment variables of the platform, checked together before the first of them is used.

Settings read them one by one and would stop at the first that is wrong, with a traceback. Here all are
judged at once, each problem with its cure, and no value is repeated: it may be a secret.
"""

import base64
import binascii
import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import SplitResult, urlsplit

SURFACES: Final = ("portal", "identity", "worker", "report", "migrate", "tests")
TRUE, FALSE = {"true", "t", "yes", "y", "on", "1"}, {"false", "f", "no", "n", "off", "0"}
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SECRET_LENGTH: Final = 32
CALL_LIMITS: Final = ("client", "machine", "address", "browser", "failure")
RANDOM_TEXT: Final = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
FERNET_KEY: Final = (
    'python3 -c "import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())"'
)
LIKENESS: Final = 0.84
"""From which similarity on (0–1) an unknown variable is taken for a misspelt one of ours."""

Check = Callable[[str], str]
"""The problem with a value, with what to give instead; empty if there is none."""


class WrongEnvironment(SystemExit):
    """Ends the process with the list of problems on standard error instead of a traceback."""


def text(value: str) -> str:
    return ""


def flag(value: str) -> str:
    return "" if value.lower() in TRUE | FALSE else "is neither true nor false; give `true` or `false`"


def one_of(*choices: str) -> Check:
    return lambda value: "" if value in choices else f"is unknown; give one of {', '.join(choices)}"


def number(least: int, most: int, unit: str) -> Check:
    def check(value: str) -> str:
        inside = re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) and least <= int(value) <= most
        return "" if inside else f"is no number of {unit} from {least} to {most}"

    return check


def secret(value: str) -> str:
    few = 0 < len(value) < SECRET_LENGTH
    return f"is shorter than {SECRET_LENGTH} characters; make one with: {RANDOM_TEXT}" if few else ""


def secrets_list(value: str) -> str:
    return next((problem for each in value.split(",") if (problem := secret(each.strip()))), "")


def fernet_keys(value: str) -> str:
    wrong = [place for place, key in enumerate(value.split(","), 1) if not _is_fernet(key.strip())]
    return f"holds no Fernet key at place {wrong[0]}; make one with: {FERNET_KEY}" if wrong else ""


def _is_fernet(key: str) -> bool:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def address(example: str, *schemes: str, parts: tuple[str, ...] = ("hostname",)) -> Check:
    """parts: of the URL, which must not be empty."""

    def check(value: str) -> str:
        url = _split(value)
        right = url and url.scheme in schemes and all(getattr(url, part).strip("/") for part in parts)
        return "" if right else f"is not like {example}"

    return check


def _split(value: str) -> SplitResult | None:
    """None for what is no URL, or has no valid port."""
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        return None
    return None if any(part is None for part in (url.hostname, url.username or "")) else url


def origin(value: str) -> str:
    url = _split(value)
    right = url and url.scheme in {"http", "https"} and url.hostname and not (url.path + url.query)
    return (
        "" if right else "is no origin; give scheme and host without a path, like https://portal.example.jp"
    )


def socket_address(value: str) -> str:
    url = _split(value)
    right = value.startswith("unix:///") or (url and url.scheme == "tcp" and url.hostname)
    return "" if right else "is not like unix:///run/clamav/clamd.ctl or tcp://HOST:3310"


def limits(value: str) -> str:
    right = re.fullmatch(r"\w+=[0-9]+(\.[0-9]+)?(,\w+=[0-9]+(\.[0-9]+)?)*", value, re.ASCII)
    return "" if right else "is not like plan_attachment=10,logo=0.5"


def call_limits(value: str) -> str:
    known = "|".join(CALL_LIMITS)
    right = re.fullmatch(rf"({known})=[1-9][0-9]{{0,8}}(,({known})=[1-9][0-9]{{0,8}})*", value, re.ASCII)
    return "" if right else f"is not like client=6000,address=3000; the names are {', '.join(CALL_LIMITS)}"


def mailbox(value: str) -> str:
    return "" if re.search(r"[^@\s<]+@[^@\s>]+", value) else "is no e-mail address"


def networks(value: str) -> str:
    try:
        _ = [ip_network(each.strip()) for each in value.split(",")]
    except ValueError:
        return "holds no list of networks; give e.g. 127.0.0.0/8,10.1.2.0/24"
    return ""


def hosts_or_networks(value: str) -> str:
    for each in (entry.strip() for entry in value.split(",")):
        is_host = re.fullmatch(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?", each)
        if networks(each) and not is_host:
            return "holds neither host names nor networks; give e.g. login.city.example.lg.jp,10.20.0.0/16"
    return ""


def readable_files(value: str) -> str:
    missing = [each for each in value.split(",") if not os.access(each.strip(), os.R_OK)]
    return "names a file that cannot be read" if missing else ""


def urls(value: str) -> str:
    found = [_split(each.strip()) for each in value.split(",")]
    right = all(url and url.scheme in {"http", "https"} for url in found)
    return "" if right else "is no list of addresses; give e.g. https://crl.example.jp/ca.crl"


def object_identifiers(value: str) -> str:
    right = re.fullmatch(r"(\w+=)?[0-2](\.[0-9]+)+(,(\w+=)?[0-2](\.[0-9]+)+)*", value, re.ASCII)
    return "" if right else "holds no object identifiers; give e.g. 1.2.392.200149.8.5.1.1.20"


def acr_levels(value: str) -> str:
    right = all(re.fullmatch(r"[^=,]+=[1-3]", each.strip()) for each in value.split(","))
    return "" if right else "is not like urn:example:loa3=3,urn:example:loa2=2"


def folder(value: str) -> str:
    return "" if os.access(value, os.W_OK) and Path(value).is_dir() else "names no folder we may write into"


def existing_folder(value: str) -> str:
    return "" if Path(value).is_dir() else "names no folder; make one with: manage.py create_ca"


def encrypted_key(value: str) -> str:
    return (
        ""
        if "BEGIN ENCRYPTED PRIVATE KEY" in value
        else "is no encrypted PKCS#8 key; see manage.py create_ca"
    )


def object_identifier(value: str) -> str:
    return "" if re.fullmatch(r"[0-2](\.[0-9]{1,40}){1,20}", value, re.ASCII) else "is not like 2.25.1234"


DATABASE = address("postgres://LOGIN:PASSWORD@HOST:PORT/NAME", "postgres", "postgresql", "pgsql",
                   parts=("hostname", "username", "path"))  # fmt: skip
VARIABLES: Final[dict[str, Check]] = {
    "SURFACE": one_of(*SURFACES),
    "DATABASE_URL": DATABASE,
    "REDIS_URL": address("redis://:PASSWORD@HOST:PORT/0", "redis", "rediss"),
    "SECRET_KEY": secret,
    "SECRET_KEY_FALLBACKS": secrets_list,
    "FIELD_KEYS": fernet_keys,
    "BLIND_INDEX_KEY": secret,
    "SIGNING_KEY_DAYS": number(1, 365, "days"),
    "DEVICE_CA_FOLDER": existing_folder,
    "DEVICE_CA_KEY": encrypted_key,
    "DEVICE_CA_PASSPHRASE": secret,
    "DEVICE_CA_EARLIER_KEY": encrypted_key,
    "DEVICE_CA_EARLIER_PASSPHRASE": secret,
    "DEVICE_CA_NAME": text,
    "DEVICE_CA_POLICY": object_identifier,
    "PORTAL_URL": origin,
    "IDENTITY_URL": origin,
    "ALLOWED_HOSTS": text,
    "BEHIND_PROXY": flag,
    "SSL_REDIRECT": flag,
    "SESSION_HOURS": number(1, 72, "hours"),
    "SESSION_IDLE_MINUTES": number(1, 1440, "minutes"),
    "INVITATION_DAYS": number(1, 90, "days"),
    "SSO_INTERNAL_ISSUERS": hosts_or_networks,
    "JPKI_TRUST_ANCHORS": readable_files,
    "JPKI_OCSP_URL": urls,
    "JPKI_CRL_URLS": urls,
    "JPKI_POLICIES": object_identifiers,
    "JPKI_ATTRIBUTES": object_identifiers,
    "PROOFING_YEARS": number(1, 10, "years"),
    "NINSHO_APP_ISSUER": address("https://auth.example.jp", "http", "https"),
    "NINSHO_APP_CLIENT_ID": text,
    "NINSHO_APP_CLIENT_SECRET": text,
    "NINSHO_APP_SCOPES": text,
    "NINSHO_APP_ACR_LEVELS": acr_levels,
    "NINSHO_APP_CLAIMS": text,
    "SITE_NAME": text,
    "EMAIL_URL": address("smtp://USER:PASSWORD@HOST:PORT", "smtp", "smtps"),
    "EMAIL_FILE_PATH": text,
    "DEFAULT_FROM_EMAIL": mailbox,
    "STATIC_ROOT": text,
    "MEDIA_ROOT": text,
    "FILES_URL": address("s3://KEY:SECRET@HOST:PORT/BUCKET", "s3", "s3+http", parts=("hostname", "path")),
    "UPLOAD_MAX_MB": number(1, 500, "megabytes"),
    "FILE_LIMITS_MB": limits,
    "DOWNLOAD_MINUTES": number(1, 1440, "minutes"),
    "REPORT_DAYS": number(1, 3650, "days"),
    "CLAMD_URL": socket_address,
    "OIDC_LIMITS": call_limits,
    "MAIL_RETRY_DAYS": number(1, 30, "days"),
    "MAIL_KEEP_DAYS": number(1, 3650, "days"),
    "NOTICE_KEEP_DAYS": number(90, 3650, "days"),
    "JOB_LEASE_SECONDS": number(2, 600, "seconds"),
    "METRICS_TOKEN": secret,
    "OPERATIONS_NETWORKS": networks,
    "PROMETHEUS_MULTIPROC_DIR": folder,
    "LOG_LEVEL": one_of(*LEVELS),
    "DEMO": flag,
    "DEBUG": flag,
}
REQUIRED: Final = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS")
MAY_BE_EMPTY: Final = {name for name, check in VARIABLES.items() if check in {text, secret, secrets_list}}
CURES: Final = {
    "DATABASE_URL": "give postgres://LOGIN:PASSWORD@HOST:PORT/NAME with the login of this process",
    "REDIS_URL": "give redis://:PASSWORD@HOST:PORT/0",
    "SECRET_KEY": f"make one with: {RANDOM_TEXT}",
    "FIELD_KEYS": f"make one with: {FERNET_KEY}",
}


def require_valid(environment: Mapping[str, str] = os.environ) -> None:
    """Raises WrongEnvironment with every problem at once."""
    if found := problems(environment):
        refuse([*found, *hints(environment)])


def refuse(lines: Iterable[str]) -> NoReturn:
    listed = "\n".join(f"  ✗ {line}" for line in lines)
    raise WrongEnvironment(
        f"環境変数の設定に誤りがあります / Wrong settings in the environment:\n{listed}\n"
        "Every variable is described in docs/settings.md; a secret NAME may be given as NAME_FILE."
    )


def problems(environment: Mapping[str, str]) -> list[str]:
    """One line for each variable that is missing or wrong, without its value."""
    return [
        f"{name} {problem}"
        for name, check in VARIABLES.items()
        if (problem := _problem(name, check, environment))
    ]


def _problem(name: str, check: Check, environment: Mapping[str, str]) -> str:
    file = environment.get(f"{name}_FILE")
    try:
        value = Path(file).read_text(encoding="utf-8").strip() if file else environment.get(name)
    except (OSError, UnicodeDecodeError):
        return f"cannot be read: {name}_FILE names no readable text file"
    if value is None or (value == "" and name in REQUIRED):
        return f"is missing; {CURES[name]}" if name in REQUIRED else ""
    if value == "":
        return "" if name in MAY_BE_EMPTY else "is empty; unset it, or give a value"
    if value != value.strip():
        return "begins or ends with white space; remove it"
    return check(value)


def hints(environment: Mapping[str, str]) -> list[str]:
    """Variables that are none of ours but nearly: `DATABSE_URL`."""
    known = {*VARIABLES, *(f"{name}_FILE" for name in VARIABLES)}
    missing = known - set(environment)
    near = {
        name: difflib.get_close_matches(name, missing, n=1, cutoff=LIKENESS)
        for name in sorted(set(environment) - known)
    }
    return [f"{name} is unknown; is {found[0]} meant?" for name, found in near.items() if found]
