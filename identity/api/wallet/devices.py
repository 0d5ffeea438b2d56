"""Registering a phone and looking after it."""

import base64
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consortium import problems
from consortium.api.endpoints import checked, created
from consortium.api.exceptions import Refusal
from consortium.api.limits import address
from consortium.api.serializers import ModelSerializer, Serializer
from consortium.membership.models import User, UserKind
from identity.actions.devices import (
    add_device,
    enrol_device,
    note_refusal,
    renew_device,
    resume_device,
    revoke_device,
    suspend_device,
)
from identity.actions.passkeys import new_handle
from identity.context import ResidentActor
from identity.domain.device import Reason
from identity.domain.enrolment_code import MalformedEnrolmentCode, code_hash, parse
from identity.limits import exceeded
from identity.models import DeviceCertificate, DeviceLeave, EnrolmentCode
from identity.pki.authority import authority, der
from identity.pki.requests import LONGEST, read
from identity.queries.devices import own_devices

from .endpoints import ANYBODY, OpenWalletEndpoint, WalletEndpoint

ATTEMPTS, WINDOW = 30, 600
_ENDINGS = (Reason.LOST, Reason.STOLEN, Reason.UNUSED)


class DeviceSerializer(ModelSerializer[DeviceCertificate]):
    state = serializers.CharField(help_text="requested, active, suspended or revoked.")
    certificate = serializers.SerializerMethodField(help_text="DER in base64; null before it is issued.")
    chain = serializers.SerializerMethodField(help_text="Issuing and root certificate, DER in base64.")

    class Meta:
        model = DeviceCertificate
        fields = [
            "id",
            "name",
            "state",
            "reason",
            "level",
            "serial",
            "issued_at",
            "expires_at",
            "last_used_at",
            "renews",
            "certificate",
            "chain",
        ]

    def get_certificate(self, device: DeviceCertificate) -> str | None:
        return base64.b64encode(bytes(device.certificate)).decode() if device.certificate else None

    def get_chain(self, device: DeviceCertificate) -> list[str]:
        ours = authority()
        issuer = ours.issuer(device.issuer) or ours.issuing
        return [base64.b64encode(der(one)).decode() for one in (issuer, ours.root)]


class RegistrationSerializer(Serializer):
    code = serializers.CharField(
        max_length=60, help_text="Of the counter's slip, of a card proofing, or shown on /me/devices/."
    )
    csr = serializers.CharField(
        max_length=LONGEST, help_text="PKCS#10 in PEM: P-256, SHA-256, no subject, no attributes."
    )
    name = serializers.CharField(max_length=60, help_text="What she calls the phone.")


class RenewalSerializer(Serializer):
    csr = serializers.CharField(max_length=LONGEST, help_text="PKCS#10 in PEM with a new key.")


class EndSerializer(Serializer):
    reason = serializers.ChoiceField(
        [(one.value, one.value) for one in _ENDINGS], help_text="lost, stolen or unused."
    )


@extend_schema(summary="端末の登録")
class Devices(OpenWalletEndpoint):
    """Ask for a certificate with a one-time code. It is issued within seconds: ask for the device until its
    state is no longer `requested`, with proofs by the new key."""

    operation_id = "wallet_device_register"
    serializer_class = RegistrationSerializer
    refuses = (problems.UNPROCESSABLE,)

    @extend_schema(request=RegistrationSerializer, responses={202: DeviceSerializer})
    def post(self, request: Request) -> Response:
        if exceeded("enrol", address(request._request), limit=ATTEMPTS, seconds=WINDOW):
            raise Refusal(problems.RATE_LIMITED, headers={"Retry-After": str(WINDOW)})
        given = checked(RegistrationSerializer, request)
        code = _usable(given["code"])
        if code is None:
            note_refusal(by=ANYBODY, code="code", deed="register")
            raise Refusal(problems.UNPROCESSABLE, _("この登録コードは使用できません。"), code="code")
        made = self.as_resident("register", partial(_register, code, given), code)
        return created(DeviceSerializer(made).data, f"/wallet/v1/devices/{made.pk}", status=202)


def _usable(text: str) -> EnrolmentCode | DeviceLeave | None:
    try:
        wanted = {"code_hash": code_hash(parse(text)), "used_at": None, "expires_at__gt": timezone.now()}
    except MalformedEnrolmentCode:
        return None
    enrolment = EnrolmentCode.objects.filter(revoked_at=None, **wanted).first()
    return enrolment or DeviceLeave.objects.filter(**wanted).first()


def _register(
    code: EnrolmentCode | DeviceLeave, given: dict[str, Any], her: ResidentActor
) -> DeviceCertificate:
    asked = read(given["csr"])
    if isinstance(code, DeviceLeave):
        return add_device(by=her, leave=code, request=asked, name=given["name"])
    user = User.objects.filter(kind=UserKind.RESIDENT, citizen_id=her.citizen_id).first()
    handle = bytes(user.handle or b"") if user else new_handle()
    return enrol_device(by=her, code=code, request=asked, name=given["name"], handle=handle)


@extend_schema(summary="端末の一覧", responses={200: DeviceSerializer(many=True)})
class OwnDevices(WalletEndpoint):
    """All of hers that are not revoked."""

    operation_id = "wallet_devices_list"

    def get(self, request: Request) -> Response:
        def read(her: ResidentActor) -> object:
            return DeviceSerializer(own_devices(self.device.citizen_id), many=True).data

        return Response({"results": self.as_resident("read", read)})


@extend_schema(summary="この端末")
class Device(WalletEndpoint):
    """The phone that asks, in whatever state its certificate is."""

    operation_id = "wallet_device_retrieve"
    in_any_state = True

    @extend_schema(responses={200: DeviceSerializer})
    def get(self, request: Request, device_id: UUID) -> Response:
        if self.device.pk != device_id:
            raise Refusal(problems.NOT_FOUND)
        return Response(DeviceSerializer(self.device).data)


@extend_schema(summary="証明書の更新")
class Renewal(WalletEndpoint):
    """A new key for the phone that asks. Its old certificate is revoked when the new one is issued."""

    operation_id = "wallet_device_renew"
    refuses = (problems.UNPROCESSABLE,)

    @extend_schema(request=RenewalSerializer, responses={202: DeviceSerializer})
    def post(self, request: Request) -> Response:
        given = checked(RenewalSerializer, request)

        def renew(her: ResidentActor) -> DeviceCertificate:
            return renew_device(by=her, device=self.device, request=read(given["csr"]))

        made = self.as_resident("renew", renew)
        return created(DeviceSerializer(made).data, f"/wallet/v1/devices/{made.pk}", status=202)


class _Change(WalletEndpoint):
    refuses = (problems.UNPROCESSABLE,)

    def changed(self, device_id: UUID, deed: str, change: Any, **more: Any) -> Response:
        def do(her: ResidentActor) -> None:
            change(by=her, citizen_id=self.device.citizen_id, device_id=device_id, **more)

        self.as_resident(deed, do)
        return Response(DeviceSerializer(_own(self.device).get(pk=device_id)).data)


def _own(device: DeviceCertificate) -> QuerySet[DeviceCertificate]:
    return DeviceCertificate.objects.filter(citizen_id=device.citizen_id)


@extend_schema(summary="端末の一時停止", request=EndSerializer, responses={200: DeviceSerializer})
class Suspension(_Change):
    """Of any of her phones. All her sign-ins end."""

    operation_id = "wallet_device_suspend"

    def post(self, request: Request, device_id: UUID) -> Response:
        reason = Reason(checked(EndSerializer, request)["reason"])
        return self.changed(device_id, "suspend", suspend_device, reason=reason)


@extend_schema(summary="端末の再開", request=None, responses={200: DeviceSerializer})
class Resumption(_Change):
    """Of another phone: a suspended one is not listened to."""

    operation_id = "wallet_device_resume"
    bodyless = True

    def post(self, request: Request, device_id: UUID) -> Response:
        return self.changed(device_id, "resume", resume_device)


@extend_schema(summary="端末の無効化", request=EndSerializer, responses={200: DeviceSerializer})
class Revocation(_Change):
    """Of any of her phones, for good. All her sign-ins end."""

    operation_id = "wallet_device_revoke"

    def post(self, request: Request, device_id: UUID) -> Response:
        reason = Reason(checked(EndSerializer, request)["reason"])
        return self.changed(device_id, "revoke", revoke_device, reason=reason)
