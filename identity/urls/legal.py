"""Disclosures by order of law, on the portal."""

from django.urls import path

from identity.views import legal

app_name = "legal"
_BASE = "m/<municipality:code>/by-law/"
urlpatterns = [
    path(_BASE, legal.home, name="home"),
    path(f"{_BASE}new/", legal.Prepare.as_view(), name="prepare"),
    path(f"{_BASE}<uuid:entry_id>/", legal.entry, name="entry"),
    path(f"{_BASE}<uuid:entry_id>/confirm/", legal.confirm, name="confirm"),
    path(f"{_BASE}<uuid:entry_id>/decline/", legal.decline, name="decline"),
]
