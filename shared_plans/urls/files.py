"""Plans out as files, and in again."""

from django.urls import path

from shared_plans.views import exchange

from .places import LIBRARY, PLAN, PLANS

urlpatterns = [
    path(f"{PLANS}import/", exchange.ImportPlan.as_view(), name="import_plan"),
    path(f"{PLANS}import/<uuid:upload>/", exchange.CheckImport.as_view(), name="check_import"),
    path(f"{PLAN}import/", exchange.ImportInto.as_view(), name="import_plan_into"),
    path(f"{PLAN}import/<uuid:upload>/", exchange.CheckImportInto.as_view(), name="check_import_into"),
    path(f"{PLAN}file/<slug:form>/", exchange.PlanAsFile.as_view(), name="plan_file"),
    path(
        f"{PLAN}revisions/<int:number>/file/<slug:form>/",
        exchange.RevisionAsFile.as_view(),
        name="revision_file",
    ),
    path(
        f"{LIBRARY}<uuid:revision>/file/<slug:form>/", exchange.LibraryAsFile.as_view(), name="library_file"
    ),
]
