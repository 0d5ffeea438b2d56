from django.urls import path

from .views import Inbox, Open, PreferencesView, Unsubscribe

app_name = "notifications"
urlpatterns = [
    path("m/<municipality:code>/notices/", Inbox.as_view(), name="inbox"),
    path("m/<municipality:code>/notices/<uuid:notice>/", Open.as_view(), name="inbox_notice"),
    path("secretariat/notices/", Inbox.as_view(name="secretariat"), name="secretariat"),
    path("secretariat/notices/<uuid:notice>/", Open.as_view(name="secretariat"), name="secretariat_notice"),
    path("accounts/notices/", Inbox.as_view(name="account"), name="account"),
    path(
        "accounts/notices/<uuid:notice>/",
        Open.as_view(name="account"),
        name="account_notice",
    ),
    path("accounts/notifications/", PreferencesView.as_view(), name="preferences"),
    path("notifications/stop/<str:token>/", Unsubscribe.as_view(), name="unsubscribe"),
]
