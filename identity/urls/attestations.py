"""Attesting residents' qualifications, on the portal."""

from django.urls import path

from identity.views import attestations, purposes

app_name = "attestations"
_BASE = "m/<municipality:code>/attestations/"
urlpatterns = [
    path(_BASE, attestations.home, name="home"),
    path(f"{_BASE}new/", attestations.Single.as_view(), name="single"),
    path(f"{_BASE}file/", attestations.File.as_view(), name="file"),
    path(f"{_BASE}file/form/", attestations.form_file, name="form"),
    path(f"{_BASE}<uuid:batch_id>/", attestations.batch, name="batch"),
    path(f"{_BASE}<uuid:batch_id>/purpose/", purposes.AttestingPurpose.as_view(), name="purpose"),
    path(f"{_BASE}<uuid:batch_id>/progress/", attestations.progress, name="progress"),
    path(f"{_BASE}<uuid:batch_id>/problems/", attestations.problems, name="problems"),
    path(f"{_BASE}<uuid:batch_id>/revoke/", attestations.revoke, name="revoke"),
    path(f"{_BASE}<uuid:batch_id>/<slug:deed>/", attestations.decide, name="decide"),
]
