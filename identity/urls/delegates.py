"""Delegates, and codes that residents hand over: part of the identity surface's namespace."""

from django.urls import path

from identity.views import delegates

_ONE = "me/delegates/<uuid:delegation_id>/"
urlpatterns = [
    path("me/delegates/", delegates.delegates, name="delegates"),
    path("me/delegates/give/", delegates.Give.as_view(), name="delegate_give"),
    path("me/delegates/code/", delegates.code, {"kind": "delegates"}, name="delegate_code"),
    path("me/data/move/", delegates.code, {"kind": "move"}, name="move_code"),
    path(f"{_ONE}accept/", delegates.accept, name="delegate_accept"),
    path(f"{_ONE}end/", delegates.end, name="delegate_end"),
    path(f"{_ONE}act/", delegates.act, name="delegate_act"),
    path(f"{_ONE}act/withdraw/<uuid:consent_id>/", delegates.withdraw, name="delegate_withdraw"),
    path(f"{_ONE}act/consent/<str:client_id>/", delegates.Consent.as_view(), name="delegate_consent"),
]
