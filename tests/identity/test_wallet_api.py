"""What a phone may ask of the wallet's API, and every way in which it is refused."""

import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.test import Client

from consortium.audit.models import Event
from consortium.tenancy import context
from identity.actions import device_sign_in
from identity.actions.device_sign_in import VALID
from identity.certifying import certify_due
from identity.models import DeviceCertificate, DeviceChallenge, DeviceLeave, EnrolmentCode
from services.models import RelyingParty
from tests.wallet.phone import Phone
from tests.wallet.phone import csr as request_for

from .phones import csr, new_key
from .residents import ORIGIN, TARO, Counter, Resident, make_resident

pytestmark = pytest.mark.usefixtures("device_ca")
DEVICES, SIGN_INS = "/wallet/v1/devices", "/wallet/v1/sign-ins"


def post(phone: Phone, path: str, body: Any = None, **more: Any) -> Any:
    content = b"" if body is None else json.dumps(body).encode()
    proof = phone.proof("POST", path, content, **more)
    headers = {"authorization": f"Device {proof}"}
    return Client().post(path, content, content_type="application/json", headers=headers)


def get(phone: Phone, path: str, proof: str = "") -> Any:
    proof = proof or phone.proof("GET", path)
    return Client().get(path, headers={"authorization": f"Device {proof}"})


def register(code: str, request: str, name: str = "端末") -> Any:
    body = {"code": code, "csr": request, "name": name}
    return Client().post(DEVICES, json.dumps(body), content_type="application/json")


def make_phone(code: str) -> Phone:
    phone = Phone.new(ORIGIN)
    answer = register(code, request_for(phone.key))
    assert answer.status_code == 202, answer.content.decode()
    phone.device = answer.json()["id"]
    assert certify_due() == 1
    return phone


def code_of(resident: Resident) -> str:
    page = resident.client.post("/me/devices/add/")
    assert page.status_code == 200
    code: str = page.context["code"]
    return code


@pytest.fixture
def phone(hanako: Resident) -> Phone:
    return make_phone(code_of(hanako))


def deeds(resident: Resident) -> list[str]:
    with context.citizen(resident.citizen_id):
        return list(Event.objects.values_list("action", flat=True))


def refusals(resident: Resident) -> list[str]:
    with context.citizen(resident.citizen_id):
        events = Event.objects.filter(action="device.refused")
        return [event.detail["code"] for event in events]


def test_a_phone_is_registered_by_a_counters_code(identity_surface: Any, counter: Counter) -> None:
    phone = make_phone(counter.issue(counter.proofed()))
    found = get(phone, f"{DEVICES}/{phone.device}").json()
    assert (found["state"], found["level"], len(found["chain"])) == ("active", 3, 2)
    assert get(phone, f"{DEVICES}/mine").json()["results"][0]["id"] == phone.device


def test_wrong_codes_are_all_alike(hanako: Resident) -> None:
    """Unknown, used, expired and malformed; the attempt is in the log of accounts."""
    used = code_of(hanako)
    assert register(used, csr(new_key())).status_code == 202
    expired = code_of(hanako)
    with context.person(None):
        DeviceLeave.objects.filter(used_at=None).update(used_at=DeviceLeave.objects.first().expires_at)
    answers = [register(code, csr(new_key())) for code in (used, expired, "0000-0000-0000-0000", "x")]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(422, "code")}
    assert DeviceCertificate.objects.count() == 1


def test_a_refused_request_is_recorded_and_leaves_the_code_good(hanako: Resident) -> None:
    """CSR with a weak key, a reused key, extra data or a 個人番号: nothing changes but the log."""
    code, key = code_of(hanako), new_key()
    wrong = {
        "weak_key": csr(ec.generate_private_key(ec.SECP192R1())),
        "extra_data": csr(new_key(), name="架空花子"),
        "my_number": csr(new_key(), name="123456789018"),
        "malformed": "-----BEGIN CERTIFICATE REQUEST-----\n",
    }
    for reason, request in wrong.items():
        answer = register(code, request)
        assert (answer.status_code, answer.json().get("code")) == (422, reason), answer.content.decode()
    assert register(code, csr(key), name="123456789018").status_code == 400
    assert sorted(refusals(hanako)) == sorted(wrong)
    assert DeviceCertificate.objects.count() == 0
    assert register(code, csr(key)).status_code == 202
    again = register(code_of(hanako), csr(key))
    assert (again.status_code, again.json()["code"]) == (422, "reused_key")
    assert refusals(hanako)[0] == "reused_key"


def test_a_proof_is_for_one_request_once(phone: Phone, hanako: Resident, counter: Counter) -> None:
    """Replayed, of another address, method, body or key, too old, unsigned: 401 each time."""
    path = f"{DEVICES}/mine"
    proof = phone.proof("GET", path)
    assert get(phone, path, proof).status_code == 200
    stranger = Phone.new(ORIGIN)
    stranger.device = phone.device
    header, claims, _signature = proof.split(".")
    wrong = {
        "replayed": proof,
        "address": phone.proof("GET", f"{DEVICES}/{phone.device}"),
        "query": phone.proof("GET", f"{path}?x=1"),
        "method": phone.proof("POST", path),
        "body": phone.proof("GET", path, b"x"),
        "old": phone.proof("GET", path, iat=int(time.time()) - 300),
        "ahead": phone.proof("GET", path, iat=int(time.time()) + 300),
        "text": phone.proof("GET", path, iat="now"),
        "short": phone.proof("GET", path, jti="x"),
        "key": stranger.proof("GET", path),
        "unsigned": f"{header}.{claims}.",
        "noise": "x.y.z",
        "long": "x" * 5000,
    }
    answers = {name: get(phone, path, value) for name, value in wrong.items()}
    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(wrong, 401)
    assert all(one["Content-Type"] == "application/problem+json" for one in answers.values())
    assert answers["replayed"]["WWW-Authenticate"] == "Device"
    assert Client().get(path).status_code == 401


def test_without_a_cache_no_proof_is_taken(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is a replay could not be found out."""

    def fail(*args: Any) -> None:
        raise OSError

    monkeypatch.setattr(cache, "add", fail)
    assert get(phone, f"{DEVICES}/mine").status_code == 503


def test_somebody_elses_phone_is_not_there(phone: Phone, hanako: Resident, counter: Counter) -> None:
    other = make_phone(code_of(make_resident(counter, TARO)))
    assert get(other, f"{DEVICES}/{phone.device}").status_code == 404
    for deed in ("suspend", "revoke"):
        assert post(other, f"{DEVICES}/{phone.device}/{deed}", {"reason": "lost"}).status_code == 404
    assert post(other, f"{DEVICES}/{phone.device}/resume").status_code == 404
    assert get(phone, f"{DEVICES}/mine").status_code == 200


def test_a_lost_phone_is_stopped_by_another(phone: Phone, hanako: Resident) -> None:
    second = make_phone(code_of(hanako))
    assert hanako.client.get("/me/").status_code == 200
    stopped = post(second, f"{DEVICES}/{phone.device}/suspend", {"reason": "lost"})
    assert (stopped.status_code, stopped.json()["state"]) == (200, "suspended")
    assert hanako.client.get("/me/").status_code == 302
    assert get(phone, f"{DEVICES}/mine").status_code == 401
    assert get(phone, f"{DEVICES}/{phone.device}").json()["state"] == "suspended"
    assert post(phone, f"{DEVICES}/{phone.device}/resume").status_code == 401
    assert post(second, f"{DEVICES}/{phone.device}/resume").json()["state"] == "active"
    assert get(phone, f"{DEVICES}/mine").status_code == 200
    assert post(second, f"{DEVICES}/{phone.device}/revoke", {"reason": "stolen"}).json()["state"] == "revoked"
    again = post(second, f"{DEVICES}/{phone.device}/revoke", {"reason": "stolen"})
    assert (again.status_code, again.json()["code"]) == (422, "state")
    assert refusals(hanako) == ["state"]
    assert {"device.suspended", "device.resumed", "device.revoked"} <= set(deeds(hanako))


def test_renewal_by_the_phone_itself(phone: Phone) -> None:
    same = post(phone, f"{DEVICES}/renew", {"csr": request_for(phone.key)})
    assert (same.status_code, same.json()["code"]) == (422, "reused_key")
    key = new_key()
    made = post(phone, f"{DEVICES}/renew", {"csr": request_for(key)}).json()
    certify_due()
    assert get(phone, f"{DEVICES}/mine").status_code == 401
    phone.key, phone.device = key, made["id"]
    assert get(phone, f"{DEVICES}/{phone.device}").json()["state"] == "active"


def begin(client: Client) -> tuple[str, str]:
    page = client.get("/sign-in/device/?next=/me/devices/")
    return page.context["link"].partition("#")[2], page.context["number"]


def confirm(phone: Any, code: str, number: str) -> Any:
    return post(phone, f"{SIGN_INS}/confirm", {"code": code, "origin": ORIGIN, "number": number})


def test_a_relayed_code_never_reaches_level_three(phone: Phone, hanako: Resident) -> None:
    """Somebody far away shows her a copy of our page, number included."""
    attacker = Client(REMOTE_ADDR="203.0.113.9")
    code, number = begin(attacker)
    assert post(phone, SIGN_INS, {"code": code}).json()["same_network"] is False
    assert confirm(phone, code, number).status_code == 200
    assert attacker.post("/sign-in/device/").status_code == 302
    assert attacker.session["sign_in"]["level"] == 2
    with context.citizen(hanako.citizen_id):
        assert Event.objects.filter(action="device.confirmed").latest("id").detail["near"] is False


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
        ("2001:db8:1:2::a", "2001:db8:1:2:ffff::b", True),
        ("2001:db8:1:2::a", "2001:db8:1:3::a", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("", "", False),
        ("unknown", "unknown", False),
    ],
)
def test_what_counts_as_one_network(one: str, other: str, same: bool) -> None:
    challenge = DeviceChallenge(network=device_sign_in._network(one))
    assert device_sign_in.is_near(challenge, other) is same


def test_the_app_shows_for_which_service(phone: Phone, adopted: RelyingParty) -> None:
    page = Client().get(f"/sign-in/device/?next=/oauth/authorize%3Fclient_id%3D{adopted.client_id}")
    assert adopted.name_ja in page.content.decode()
    shown = post(phone, SIGN_INS, {"code": page.context["link"].partition("#")[2]}).json()
    assert shown["service"] == adopted.name_ja


def test_sign_in_by_phone(phone: Phone, hanako: Resident) -> None:
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"})
    code, number = begin(browser)
    shown = post(phone, SIGN_INS, {"code": code}).json()
    assert (shown["origin"], shown["browser"]) == (ORIGIN, "Firefox (Windows)")
    assert (shown["service"], shown["same_network"]) == ("", True)
    early = browser.post("/sign-in/device/")
    assert early.status_code == 422 and "まだ確認されていません" in early.content.decode()
    assert browser.get("/sign-in/device/state/").json() == {"state": "open"}
    assert confirm(phone, code, number).status_code == 200
    assert browser.get("/sign-in/device/state/").json() == {"state": "confirmed"}
    assert Client().post("/sign-in/device/").status_code == 422  # not the browser in which it began
    done = browser.post("/sign-in/device/")
    assert (done.status_code, done["Location"]) == (302, "/me/devices/")
    record = browser.session["sign_in"]
    assert (record["level"], record["device"], record["amr"]) == (3, phone.device, ["hwk", "user", "mfa"])
    assert "使用中" in browser.get("/me/devices/").content.decode()
    assert browser.post("/sign-in/device/").status_code == 422  # used
    assert confirm(phone, code, number).status_code == 422
    assert {"device.confirmed", "resident.signed_in"} <= set(deeds(hanako))


@pytest.mark.parametrize("wrong", ["number", "origin"])
def test_a_wrong_answer_ends_the_sign_in(phone: Phone, hanako: Resident, wrong: str) -> None:
    browser = Client()
    code, number = begin(browser)
    path, right = f"{SIGN_INS}/confirm", {"code": code, "origin": ORIGIN, "number": number}
    other = {"origin": "https://example.jp", "number": "99" if number != "99" else "98"}
    assert post(phone, path, right | {wrong: other[wrong]}).status_code == 422
    assert post(phone, path, right).status_code == 422
    assert browser.post("/sign-in/device/").status_code == 422
    assert "device.sign_in_refused" in deeds(hanako)


def test_refused_unknown_and_expired_sign_ins(phone: Phone, hanako: Resident) -> None:
    browser = Client()
    code, number = begin(browser)
    assert post(phone, f"{SIGN_INS}/refuse", {"code": code}).status_code == 204
    assert browser.post("/sign-in/device/").status_code == 422
    code, number = begin(browser)
    DeviceChallenge.objects.update(expires_at=DeviceChallenge.objects.latest("created_at").created_at - VALID)
    for unknown in (code, "x"):
        answer = confirm(phone, unknown, number)
        assert answer.status_code == 404
    assert browser.post("/sign-in/device/").status_code == 422


def test_a_device_added_with_a_synced_passkey_reaches_level_two(
    identity_surface: Any, counter: Counter
) -> None:
    """Synced keys never reach level 3, not by way of a device they let in."""
    resident = make_resident(counter, backup_eligible=True)
    phone = make_phone(code_of(resident))
    browser = Client()
    code, number = begin(browser)
    confirm(phone, code, number)
    assert browser.post("/sign-in/device/").status_code == 302
    assert browser.session["sign_in"]["level"] == 2


def test_her_page_stops_a_phone(phone: Phone, hanako: Resident) -> None:
    page = hanako.client.get("/me/devices/").content.decode()
    assert "紛失した" in page and "サインインと署名に使えます" in page
    lost = f"/me/devices/{phone.device}/lost/"
    assert hanako.client.get(lost).status_code == 200
    assert hanako.client.post(lost, {"deed": "revoke"}).status_code == 422
    assert hanako.client.post(lost, {"deed": "suspend", "reason": "lost"}).status_code == 302
    assert get(phone, f"{DEVICES}/mine").status_code == 401
    assert hanako.client.post(f"/me/devices/{phone.device}/resume/").status_code == 302
    assert get(phone, f"{DEVICES}/mine").status_code == 200
    assert hanako.client.post(lost, {"deed": "revoke", "reason": "stolen"}).status_code == 302
    assert hanako.client.get(lost).status_code == 404
    assert hanako.client.get("/me/devices/").status_code == 200


def test_another_resident_and_nobody_cannot(phone: Phone, counter: Counter) -> None:
    lost = f"/me/devices/{phone.device}/lost/"
    assert Client().get(lost).status_code == 302
    taro = make_resident(counter, TARO)
    assert taro.client.get(lost).status_code == 404
    assert taro.client.post(f"/me/devices/{phone.device}/resume/").status_code == 404


def test_codes_of_the_counter_are_used_once_by_whichever_comes_first(
    identity_surface: Any, counter: Counter
) -> None:
    code = counter.issue(counter.proofed())
    make_phone(code)
    assert register(code, csr(new_key())).status_code == 422
    assert EnrolmentCode.objects.get().used_at is not None
