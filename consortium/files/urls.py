from django.urls import path

from .views import BodyDownload, Download

app_name = "files"
urlpatterns = [
    path("m/<municipality:code>/files/<str:token>/", Download.as_view(), name="download"),
    path("secretariat/files/<str:token>/", BodyDownload.as_view(), name="body_download"),
]
