"""Success cases."""

from django.urls import path

from shared_plans.views import cases

from .places import LIBRARY, PLAN

CASES = f"{LIBRARY}cases/"
CASE = f"{CASES}<uuid:case>/"
urlpatterns = [
    path(CASES, cases.Cases.as_view(), name="cases"),
    path(CASE, cases.CasePage.as_view(), name="case"),
    path(f"{CASE}edit/", cases.EditCase.as_view(), name="edit_case"),
    path(f"{CASE}submit/", cases.SubmitCase.as_view(), name="submit_case"),
    path(f"{CASE}decide/", cases.DecideCase.as_view(), name="decide_case"),
    path(f"{CASE}reopen/", cases.ReopenCase.as_view(), name="reopen_case"),
    path(f"{PLAN}cases/new/", cases.NewCase.as_view(), name="new_case"),
]
