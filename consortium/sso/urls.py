from django.urls import path

from .views import domains, entering, settings

app_name = "sso"
_TENANT = "m/<municipality:code>/sso/"
urlpatterns = [
    path("secretariat/sso/domains/", domains.Domains.as_view(), name="domains"),
    path("secretariat/sso/domains/<uuid:domain>/", domains.Domain.as_view(), name="domain"),
    path("accounts/sso/", entering.Choose.as_view(), name="choose"),
    path(_TENANT, entering.Start.as_view(), name="start"),
    path(f"{_TENANT}callback/", entering.Callback.as_view(), name="callback"),
    path(f"{_TENANT}required/", entering.Required.as_view(), name="required"),
    path(f"{_TENANT}link/", entering.Link.as_view(), name="link"),
    path(f"{_TENANT}settings/", settings.Overview.as_view(), name="settings"),
    path(f"{_TENANT}settings/connection/", settings.Connection.as_view(), name="connection"),
    path(f"{_TENANT}settings/test/", settings.Test.as_view(), name="test"),
    path(f"{_TENANT}settings/test/result/", settings.TestResult.as_view(), name="test_result"),
    path(f"{_TENANT}settings/exceptions/", settings.NameException.as_view(), name="name_exception"),
    path(
        f"{_TENANT}settings/exceptions/<uuid:exception>/clear/",
        settings.ClearException.as_view(),
        name="clear_exception",
    ),
    path(f"{_TENANT}settings/links/<uuid:link>/remove/", settings.Unlink.as_view(), name="unlink"),
]
