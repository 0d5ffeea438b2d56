"""The wallet's commands; each prints JSON. The phone is a file (--phone)."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.cards.app import enrolment_code
from deploy.cards.pki import CardAuthority, Holder

from .phone import Phone, Refused


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        print(json.dumps(COMMANDS[given.command](given), ensure_ascii=False))
    except Refused as refused:
        print(json.dumps({"refused": refused.problem}, ensure_ascii=False))
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tests.wallet", description=__doc__)
    parser.add_argument("--phone", type=Path, required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    register = commands.add_parser("register")
    register.add_argument("server")
    register.add_argument("code")
    register.add_argument("--name", default="スマートフォン")
    enrol = commands.add_parser("enrol", help="by a test card: no counter, no slip")
    enrol.add_argument("server")
    enrol.add_argument("--cards", type=Path, required=True, help="folder of the test cards' authority")
    enrol.add_argument("--kana", required=True, help="the reading of the name, which no card tells")
    enrol.add_argument("--name", default="スマートフォン")
    enrol.add_argument("holder", nargs=4, metavar=("NAME", "BIRTH", "SEX", "ADDRESS"))
    for name in ("status", "list", "renew", "requests"):
        commands.add_parser(name)
    for name in ("suspend", "revoke"):
        one = commands.add_parser(name)
        one.add_argument("device")
        one.add_argument("--reason", default="lost")
    commands.add_parser("resume").add_argument("device")
    for name in ("look", "confirm", "refuse"):
        one = commands.add_parser(name, help="a sign-in: the link of the QR code")
        one.add_argument("link")
        if name == "confirm":
            one.add_argument("number")
    for name in ("sign", "decline"):
        commands.add_parser(name, help="a request for a signature").add_argument("request")
    return parser


def _register(given: Any) -> Any:
    phone = Phone.new(given.server)
    phone.register(given.code, given.name)
    found = phone.wait()
    phone.save(given.phone)
    return found


def _enrol(given: Any) -> Any:
    """The card proves who it is, the code that this yields registers the phone."""
    name, birth, sex, address = given.holder
    card = CardAuthority.at(given.cards).card(Holder(name, date.fromisoformat(birth), sex, address))
    try:
        given.code = enrolment_code(given.server, card, given.kana)
    except RuntimeError as error:
        raise Refused(422, {"detail": str(error)}) from None
    return _register(given)


def _call(method: str, path: str, body: Any = None) -> Any:
    def run(given: Any) -> Any:
        filled = {name: getattr(given, name) for name in body or ()}
        return Phone.load(given.phone).call(method, path.format(**vars(given)), filled if body else None)

    return run


def _status(given: Any) -> Any:
    phone = Phone.load(given.phone)
    return phone.call("GET", f"/wallet/v1/devices/{phone.device}")


def _renew(given: Any) -> Any:
    phone = Phone.load(given.phone)
    found = phone.renew()
    phone.save(given.phone)
    return found


def _sign_in(deed: str) -> Any:
    def run(given: Any) -> Any:
        phone = Phone.load(given.phone)
        if deed == "confirm":
            return phone.confirm(given.link, given.number)
        code = {"code": urlsplit(given.link).fragment}
        return phone.call("POST", "/wallet/v1/sign-ins" + ("" if deed == "look" else f"/{deed}"), code)

    return run


def _sign(given: Any) -> Any:
    return Phone.load(given.phone).sign(given.request)


COMMANDS = {
    "enrol": _enrol,
    "register": _register,
    "status": _status,
    "renew": _renew,
    "list": _call("GET", "/wallet/v1/devices/mine"),
    "suspend": _call("POST", "/wallet/v1/devices/{device}/suspend", ["reason"]),
    "revoke": _call("POST", "/wallet/v1/devices/{device}/revoke", ["reason"]),
    "resume": _call("POST", "/wallet/v1/devices/{device}/resume"),
    "look": _sign_in("look"),
    "confirm": _sign_in("confirm"),
    "refuse": _sign_in("refuse"),
    "requests": _call("GET", "/wallet/v1/signature-requests"),
    "sign": _sign,
    "decline": _call("POST", "/wallet/v1/signature-requests/{request}/decline"),
}

if __name__ == "__main__":
    sys.exit(main())
