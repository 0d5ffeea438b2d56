"""The identity surface: sign-in and residents' pages, and the OpenID Provider."""

from django.urls import include, path

from consortium.membership.views.session import Clock
from identity.views import access, answers, inquiries, me, my_data, my_id, notices, passkeys, sessions, uses

app_name = "identity"
urlpatterns = [
    path("", access.Start.as_view(), name="start"),
    path("enrol/", access.Enrol.as_view(), name="enrol"),
    path("enrol/passkey/", access.EnrolPasskey.as_view(), name="enrol_passkey"),
    path("sign-in/", access.SignInPage.as_view(), name="sign_in"),
    path("sign-out/", access.sign_out, name="sign_out"),
    path("session/", Clock.as_view(), name="clock"),
    path("me/", me.me, name="me"),
    path("me/consents/", me.consents, name="consents"),
    path("me/consents/<uuid:consent_id>/", me.consent, name="consent"),
    path("me/consents/<uuid:consent_id>/withdraw/", me.withdraw, name="withdraw"),
    path("me/notices/", notices.notices, name="notices"),
    path("me/uses/", uses.used, name="uses"),
    path("me/uses/staff/", uses.staff, name="uses_staff"),
    path("me/uses/<str:client_id>/<str:month>/", uses.single, name="uses_single"),
    path("me/id/", my_id.my_id, name="my_id"),
    path("me/passkeys/", passkeys.passkeys, name="passkeys"),
    path("me/passkeys/add/", passkeys.add, name="passkey_add"),
    path("me/passkeys/<uuid:passkey_id>/revoke/", passkeys.revoke, name="passkey_revoke"),
    path("me/sessions/", sessions.sessions, name="sessions"),
    path("me/sessions/end-others/", sessions.end_others, name="end_other_sessions"),
    path("me/sessions/<str:session>/end/", sessions.end, name="end_session"),
    path("me/profile/", me.profile, name="profile"),
    path("me/data/export/", my_data.export, name="export"),
    path("me/inquiries/", inquiries.inquiries, name="inquiries"),
    path("me/inquiries/disclosures/<uuid:disclosure_id>/", inquiries.ask_about_disclosure, name="ask"),
    path("me/inquiries/accesses/<uuid:access_id>/", inquiries.ask_about_access, name="ask_access"),
    path("me/inquiries/<uuid:inquiry_id>/", inquiries.inquiry, name="inquiry"),
    path("me/inquiries/<uuid:inquiry_id>/close/", inquiries.close, name="inquiry_close"),
    path("me/inquiries/<uuid:inquiry_id>/reopen/", inquiries.reopen, name="inquiry_reopen"),
    path("me/data/correction/", inquiries.correct, name="correct"),
    path("answers/<str:token>/", answers.Answer.as_view(), name="answer"),
    path("me/close/", my_data.close, name="close"),
    path("", include("identity.urls.optin")),
    path("", include("identity.urls.delegates")),
    path("", include("identity.urls.oidc")),
    path("", include("identity.urls.wallet")),
    path("api/v1/", include("identity.urls.api")),
]
