"""Requests for consent, receipts and what is published about disclosures; part of identity.urls.identity,
hence of its namespace."""

from django.urls import path

from identity.views import requests

urlpatterns = [
    path("me/requests/", requests.requests, name="requests"),
    path("me/requests/<uuid:request_id>/", requests.OneRequest.as_view(), name="request"),
    path("me/contact/", requests.Contact.as_view(), name="contact"),
    path("me/contact/remove/", requests.RemoveContact.as_view(), name="remove_contact"),
    path("me/contact/confirm/<str:secret>/", requests.confirm_contact, name="confirm_contact"),
]
