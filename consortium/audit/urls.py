from django.urls import path

from .views import AuditLog

app_name = "audit"
urlpatterns = [
    path("m/<municipality:code>/audit/", AuditLog.as_view(), name="tenant"),
    path("secretariat/audit/", AuditLog.as_view(), name="secretariat"),
]
