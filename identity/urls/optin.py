"""Requests for consent, receipts and what is published about disclosures; part of identity.urls.identity,
hence of its namespace."""

from django.urls import path

from identity.views import receipts, requests, transparency

urlpatterns = [
    path("me/requests/", requests.requests, name="requests"),
    path("me/requests/<uuid:request_id>/", requests.OneRequest.as_view(), name="request"),
    path("me/contact/", requests.Contact.as_view(), name="contact"),
    path("me/contact/remove/", requests.RemoveContact.as_view(), name="remove_contact"),
    path("me/contact/confirm/<str:secret>/", requests.confirm_contact, name="confirm_contact"),
    path("me/consents/<uuid:consent_id>/receipt.json", receipts.signed, name="receipt"),
    path("me/consents/<uuid:consent_id>/receipt.pdf", receipts.paper, name="receipt_paper"),
    path("me/consents/<uuid:consent_id>/narrow/", receipts.Narrow.as_view(), name="narrow"),
    path("me/disclosures/<uuid:disclosure_id>/proof.json", transparency.proof, name="proof"),
    path("transparency/roots/", transparency.published, name="roots"),
    path("transparency/roots.json", transparency.published_json, name="roots_json"),
    path("transparency/keys.json", transparency.keys_json, name="root_keys"),
]
