"""The counter's pages, on the portal."""

from django.urls import path

from identity.views import counter, hotline

app_name = "counter"
urlpatterns = [
    path("m/<municipality:code>/counter/", counter.home, name="home"),
    path("m/<municipality:code>/counter/new/", counter.Register.as_view(), name="register"),
    path("m/<municipality:code>/counter/find/", counter.Find.as_view(), name="find"),
    path("m/<municipality:code>/counter/hotline/", hotline.Hotline.as_view(), name="hotline"),
    path("m/<municipality:code>/counter/<uuid:citizen_id>/devices/", hotline.devices, name="devices"),
    path(
        "m/<municipality:code>/counter/<uuid:citizen_id>/devices/<uuid:device_id>/",
        hotline.change_device,
        name="change_device",
    ),
    path(
        "m/<municipality:code>/counter/<uuid:citizen_id>/standing/", hotline.change_standing, name="standing"
    ),
    path("m/<municipality:code>/counter/<uuid:citizen_id>/", counter.case, name="case"),
    path("m/<municipality:code>/counter/<uuid:citizen_id>/confirm/", counter.confirm, name="confirm"),
    path("m/<municipality:code>/counter/<uuid:citizen_id>/decline/", counter.decline, name="decline"),
    path("m/<municipality:code>/counter/<uuid:citizen_id>/again/", counter.Reproof.as_view(), name="reproof"),
    path("m/<municipality:code>/counter/<uuid:citizen_id>/code/", counter.issue, name="issue"),
]
