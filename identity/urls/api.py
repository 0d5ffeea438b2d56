"""The API for third-party services; part of identity.urls.identity, hence of its namespace."""

from django.urls import path

from identity.api import consent_requests, signatures, views

urlpatterns = [
    path("me/attributes/", views.MyAttributes.as_view(), name="api_my_attributes"),
    path("consent-requests/", consent_requests.ConsentRequests.as_view(), name="api_consent_requests"),
    path(
        "consent-requests/<uuid:request_id>/",
        consent_requests.OneConsentRequest.as_view(),
        name="api_consent_request",
    ),
    path(
        "me/consent-requests/",
        consent_requests.MyConsentRequests.as_view(),
        name="api_my_consent_requests",
    ),
    path(
        "me/signature-requests/",
        signatures.MySignatureRequests.as_view(),
        name="api_my_signature_requests",
    ),
    path(
        "me/signature-requests/<uuid:request_id>/",
        signatures.MySignatureRequest.as_view(),
        name="api_my_signature_request",
    ),
    path("signatures/verify/", signatures.Verification.as_view(), name="api_verify_signature"),
    path("components/", views.Catalogue.as_view(), name="api_catalogue"),
    path("municipalities/", views.Municipalities.as_view(), name="api_municipalities"),
]
