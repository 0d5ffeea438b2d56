"""The OpenID Provider's addresses; part of identity.urls.identity, hence of its namespace."""

from django.urls import path

from identity.oidc import authorize, userinfo, views

urlpatterns = [
    path(".well-known/openid-configuration", views.discovery, name="oidc_discovery"),
    path("oauth/jwks", views.jwks, name="oidc_jwks"),
    path("oauth/authorize", authorize.authorize, name="oidc_authorize"),
    path("oauth/consent", authorize.consent, name="oidc_consent"),
    path("oauth/token", views.token, name="oidc_token"),
    path("oauth/userinfo", userinfo.userinfo, name="oidc_userinfo"),
    path("oauth/introspect", views.introspect, name="oidc_introspect"),
    path("oauth/revoke", views.revoke, name="oidc_revoke"),
]
