from django.urls import path

from . import views

app_name = "portal"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("switch/", views.Switch.as_view(), name="switch"),
    path("m/<municipality:code>/", views.TenantHome.as_view(), name="tenant_home"),
    path("secretariat/", views.SecretariatHome.as_view(), name="secretariat_home"),
]
