"""The OpenID Provider's addresses; part of identity.urls.identity, hence of its namespace."""

from django.urls import path

from identity.oidc import authorize, logout, userinfo, views

urlpatterns = [
    path(".well-known/openid-configuration", views.discovery, name="oidc_discovery"),
    path(".well-known/oauth-authorization-server", views.discovery, name="oidc_server_metadata"),
    path("oauth/jwks", views.jwks, name="oidc_jwks"),
    path("oauth/authorize", authorize.authorize, name="oidc_authorize"),
    path("oauth/consent", authorize.consent, name="oidc_consent"),
    path("oauth/par", views.par, name="oidc_par"),
    path("oauth/token", views.token, name="oidc_token"),
    path("oauth/end-session", logout.end_session, name="oidc_end_session"),
    path("oauth/end-session/confirm", logout.confirm, name="oidc_confirm_end_session"),
    path("oauth/signed-out", logout.signed_out, name="oidc_signed_out"),
    path("oauth/userinfo", userinfo.userinfo, name="oidc_userinfo"),
    path("oauth/introspect", views.introspect, name="oidc_introspect"),
    path("oauth/revoke", views.revoke, name="oidc_revoke"),
]
