from django.urls import path

from consortium.tabular.views import import_urls

from . import api
from .imports import FigureImporter
from .views import figures, runs

app_name = "reporting"
urlpatterns = [
    path("m/<municipality:code>/figures/", figures.Figures.as_view(), name="figures"),
    *import_urls("m/<municipality:code>/figures/import/", "import_figures", FigureImporter),
    path("secretariat/reports/", runs.Runs.as_view(), name="runs"),
    path("secretariat/reports/new/", runs.NewReport.as_view(), name="new"),
    path("secretariat/reports/<uuid:run>/", runs.Run.as_view(), name="run"),
    path("secretariat/reports/<uuid:run>/progress/", runs.Progress.as_view(), name="run_progress"),
    path("secretariat/reports/<uuid:run>/chart.svg", runs.Chart.as_view(), name="run_chart"),
    path("secretariat/reports/<uuid:run>/table.csv", runs.Csv.as_view(), name="run_csv"),
    path("secretariat/reports/<uuid:run>/table.xlsx", runs.Workbook.as_view(), name="run_workbook"),
    path("api/v1/m/<municipality:code>/indicators/", api.Indicators.as_view(), name="api_indicators"),
    path("api/v1/m/<municipality:code>/observations/", api.Observations.as_view(), name="api_observations"),
    path("api/v1/secretariat/reports/", api.Reports.as_view(), name="api_reports"),
    path("api/v1/secretariat/reports/<uuid:run>/", api.Report.as_view(), name="api_report"),
    path("api/v1/secretariat/reports/<uuid:run>/table.csv", api.ReportCsv.as_view(), name="api_report_csv"),
    path(
        "api/v1/secretariat/reports/<uuid:run>/table.xlsx",
        api.ReportWorkbook.as_view(),
        name="api_report_workbook",
    ),
]
