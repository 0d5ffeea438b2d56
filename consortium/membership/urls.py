from django.urls import path

from .api import applications as applications_api
from .api import staff as staff_api
from .views import (
    account,
    branding,
    closing_days,
    deputies,
    email,
    invitations,
    recoveries,
    second_factor,
    session,
    sessions,
    staff,
    standing,
    tokens,
)

app_name = "membership"
urlpatterns = [
    path("accounts/", account.Account.as_view(), name="account"),
    path("accounts/sessions/", sessions.Sessions.as_view(), name="sessions"),
    path("accounts/sessions/<int:session>/end/", sessions.EndSession.as_view(), name="end_session"),
    path("accounts/sessions/end-others/", sessions.EndOtherSessions.as_view(), name="end_other_sessions"),
    path("accounts/session/", session.Clock.as_view(), name="clock"),
    path("accounts/confirm/", session.Confirm.as_view(), name="confirm"),
    # Shadow what allauth serves and we don't: an address comes with the invitation and stays.
    path("accounts/email/", email.ChangeEmail.as_view(), name="email"),
    path("accounts/email/cancel/", email.CancelEmailChange.as_view(), name="cancel_email"),
    path("accounts/email/prove/<str:token>/", email.ProveEmail.as_view(), name="prove_email"),
    path("accounts/email/stop/<str:token>/", email.StopEmailChange.as_view(), name="stop_email"),
    path("accounts/confirm-email/", account.not_offered),
    path("accounts/confirm-email/<str:key>/", account.not_offered),
    path("accounts/2fa/webauthn/", second_factor.Passkeys.as_view()),
    path("accounts/2fa/webauthn/add/", second_factor.AddPasskey.as_view()),
    path("accounts/2fa/totp/activate/", second_factor.ActivateTOTP.as_view()),
    path("accounts/2fa/recovery-codes/generate/", second_factor.GenerateRecoveryCodes.as_view()),
    path("accounts/2fa/webauthn/reauthenticate/", second_factor.ReauthenticateWebAuthn.as_view()),
    path("apply/", standing.Apply.as_view(), name="apply"),
    path("apply/received/", standing.Applied.as_view(), name="applied"),
    path("apply/<slug:step>/", standing.Apply.as_view(), name="apply"),
    path("m/<municipality:code>/members/", standing.TenantMembers.as_view(), name="members"),
    path("m/<municipality:code>/branding/", branding.Branding.as_view(), name="branding"),
    path("m/<municipality:code>/staff/", staff.Staff.as_view(), name="staff"),
    path("m/<municipality:code>/staff/invite/", staff.InviteStaff.as_view(), name="invite_staff"),
    path("m/<municipality:code>/staff/<uuid:post>/", staff.ChangeRole.as_view(), name="staff_post"),
    path("m/<municipality:code>/staff/<uuid:post>/end/", staff.EndPost.as_view(), name="end_post"),
    path("m/<municipality:code>/staff/<uuid:post>/sign-out/", staff.SignOut.as_view(), name="sign_out_staff"),
    path("m/<municipality:code>/staff/<uuid:post>/recover/", recoveries.Recover.as_view(), name="recover"),
    path("m/<municipality:code>/recoveries/", recoveries.Recoveries.as_view(), name="recoveries"),
    path(
        "m/<municipality:code>/recoveries/<uuid:recovery>/",
        recoveries.OneRecovery.as_view(),
        name="recovery",
    ),
    path(
        "m/<municipality:code>/recoveries/<uuid:recovery>/stop/",
        recoveries.StopRecovery.as_view(),
        name="stop_recovery",
    ),
    path(
        "m/<municipality:code>/recovery/<str:token>/", recoveries.UseRecovery.as_view(), name="use_recovery"
    ),
    path("secretariat/recoveries/", recoveries.Recoveries.as_view(), name="secretariat_recoveries"),
    path("secretariat/recoveries/new/", recoveries.Recover.as_view(), name="secretariat_recover"),
    path(
        "secretariat/recoveries/<uuid:recovery>/",
        recoveries.OneRecovery.as_view(),
        name="secretariat_recovery",
    ),
    path(
        "secretariat/recoveries/<uuid:recovery>/stop/",
        recoveries.StopRecovery.as_view(),
        name="secretariat_stop_recovery",
    ),
    path(
        "secretariat/recovery/<str:token>/",
        recoveries.UseRecovery.as_view(),
        name="secretariat_use_recovery",
    ),
    path("m/<municipality:code>/closing-days/", closing_days.ClosingDays.as_view(), name="closing_days"),
    path(
        "m/<municipality:code>/closing-days/<uuid:closing>/remove/",
        closing_days.RemoveClosingDay.as_view(),
        name="remove_closing_day",
    ),
    path("m/<municipality:code>/deputies/", deputies.Deputies.as_view(), name="deputies"),
    path("m/<municipality:code>/deputies/new/", deputies.AppointDeputy.as_view(), name="appoint_deputy"),
    path(
        "m/<municipality:code>/deputies/<uuid:deputy>/withdraw/",
        deputies.WithdrawDeputy.as_view(),
        name="withdraw_deputy",
    ),
    path(
        "m/<municipality:code>/staff/invitations/<uuid:invitation>/revoke/",
        staff.RevokeInvitation.as_view(),
        name="revoke_invitation",
    ),
    path(
        "m/<municipality:code>/invitations/<str:token>/",
        invitations.StaffInvitationView.as_view(),
        name="staff_invitation",
    ),
    path(
        "secretariat/invitations/<str:token>/",
        invitations.SecretariatInvitationView.as_view(),
        name="secretariat_invitation",
    ),
    path("secretariat/applications/", standing.Applications.as_view(), name="applications"),
    path("secretariat/applications/<uuid:application>/", standing.Application.as_view(), name="application"),
    path(
        "secretariat/applications/<uuid:application>/notice/",
        standing.AdmissionNotice.as_view(),
        name="admission_notice",
    ),
    path("secretariat/members/", standing.SecretariatMembers.as_view(), name="secretariat_members"),
    path("m/<municipality:code>/tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("m/<municipality:code>/tokens/new/", tokens.IssueToken.as_view(), name="issue_token"),
    path("m/<municipality:code>/tokens/<uuid:api_token>/", tokens.Token.as_view(), name="api_token"),
    path(
        "m/<municipality:code>/tokens/<uuid:api_token>/revoke/",
        tokens.RevokeToken.as_view(),
        name="revoke_token",
    ),
    path("api/v1/m/<municipality:code>/members/", staff_api.TenantMembers.as_view(), name="api_members"),
    path("api/v1/m/<municipality:code>/staff/", staff_api.Staff.as_view(), name="api_staff"),
    path(
        "api/v1/m/<municipality:code>/staff/invitations/",
        staff_api.Invitations.as_view(),
        name="api_invitations",
    ),
    path(
        "api/v1/m/<municipality:code>/staff/invitations/<uuid:invitation>/",
        staff_api.Invitation.as_view(),
        name="api_invitation",
    ),
    path(
        "api/v1/secretariat/members/",
        staff_api.SecretariatMembers.as_view(),
        name="api_secretariat_members",
    ),
    path(
        "api/v1/secretariat/applications/",
        applications_api.Applications.as_view(),
        name="api_applications",
    ),
    path(
        "api/v1/secretariat/applications/<uuid:application>/",
        applications_api.Application.as_view(),
        name="api_application",
    ),
    path(
        "api/v1/secretariat/applications/<uuid:application>/admit/",
        applications_api.Admit.as_view(),
        name="api_admit",
    ),
    path(
        "api/v1/secretariat/applications/<uuid:application>/decline/",
        applications_api.Decline.as_view(),
        name="api_decline",
    ),
]
