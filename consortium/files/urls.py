from django.urls import path

from .logo_views import ChangeLogo, Logo
from .views import BodyDownload, Download

app_name = "files"
urlpatterns = [
    path("m/<municipality:code>/files/<str:token>/", Download.as_view(), name="download"),
    path("m/<municipality:code>/branding/logo/", ChangeLogo.as_view(), name="change_logo"),
    path("m/<municipality:code>/logo/<uuid:logo>/", Logo.as_view(), name="logo"),
    path("secretariat/files/<str:token>/", BodyDownload.as_view(), name="body_download"),
]
