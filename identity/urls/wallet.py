"""What a resident's phone talks to, and what anybody fetches to believe its certificates; part of
identity.urls.identity, hence of its namespace."""

from django.urls import include, path

from identity.api.wallet import devices, sign_ins, signatures
from identity.views import device_sign_in, pki
from identity.views import devices as views

urlpatterns = [
    path("", include("identity.urls.proofing")),
    path("sign-in/device/", device_sign_in.DeviceSignIn.as_view(), name="device_sign_in"),
    path("sign-in/device/state/", device_sign_in.state, name="device_sign_in_state"),
    path("me/devices/", views.devices, name="devices"),
    path("me/devices/add/", views.add, name="device_add"),
    path("me/devices/<uuid:device_id>/lost/", views.lost, name="device_lost"),
    path("me/devices/<uuid:device_id>/resume/", views.resume, name="device_resume"),
    path("wallet/v1/devices", devices.Devices.as_view(), name="wallet_register"),
    path("wallet/v1/devices/mine", devices.OwnDevices.as_view(), name="wallet_devices"),
    path("wallet/v1/devices/renew", devices.Renewal.as_view(), name="wallet_renew"),
    path("wallet/v1/devices/<uuid:device_id>", devices.Device.as_view(), name="wallet_device"),
    path("wallet/v1/devices/<uuid:device_id>/suspend", devices.Suspension.as_view(), name="wallet_suspend"),
    path("wallet/v1/devices/<uuid:device_id>/resume", devices.Resumption.as_view(), name="wallet_resume"),
    path("wallet/v1/devices/<uuid:device_id>/revoke", devices.Revocation.as_view(), name="wallet_revoke"),
    path("wallet/v1/sign-ins", sign_ins.SignIn.as_view(), name="wallet_sign_in"),
    path("wallet/v1/sign-ins/confirm", sign_ins.Confirmation.as_view(), name="wallet_confirm"),
    path("wallet/v1/sign-ins/refuse", sign_ins.Denial.as_view(), name="wallet_refuse"),
    path("wallet/v1/signature-requests", signatures.SignatureRequests.as_view(), name="wallet_requests"),
    path(
        "wallet/v1/signature-requests/<uuid:request_id>",
        signatures.OneRequest.as_view(),
        name="wallet_request",
    ),
    path(
        "wallet/v1/signature-requests/<uuid:request_id>/sign",
        signatures.Signing.as_view(),
        name="wallet_sign",
    ),
    path(
        "wallet/v1/signature-requests/<uuid:request_id>/decline",
        signatures.Declining.as_view(),
        name="wallet_decline",
    ),
    path("me/signatures/", views.signatures, name="signatures"),
    path("pki/ca.crt", pki.certificate, name="pki_ca"),
    path("pki/ca-<slug:generation>.crt", pki.certificate, name="pki_ca_of"),
    path("pki/root.crt", pki.root, name="pki_root"),
    path("pki/root.crl", pki.root_list, name="pki_root_list"),
    path("pki/devices.crl", pki.device_list, name="pki_list"),
    path("pki/devices-<slug:generation>.crl", pki.device_list, name="pki_list_of"),
    path("pki/ocsp", pki.ocsp, name="pki_ocsp"),
    path("pki/ocsp/<path:encoded>", pki.ocsp, name="pki_ocsp_get"),
]
