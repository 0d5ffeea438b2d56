"""The counter's pages, on the portal."""

from django.urls import path

from identity.views import counter, hotline, life_events, purposes

app_name = "counter"
_BASE = "m/<municipality:code>/counter/"
_ONE = f"{_BASE}<uuid:citizen_id>/"
urlpatterns = [
    path(f"{_BASE}move-in/", life_events.MoveIn.as_view(), name="move_in"),
    path(f"{_BASE}events/<uuid:event_id>/confirm/", life_events.confirm, name="event_confirm"),
    path(f"{_BASE}events/<uuid:event_id>/decline/", life_events.decline, name="event_decline"),
    path(f"{_BASE}events/<uuid:event_id>/purpose/", purposes.Purpose.as_view(), name="event_purpose"),
    path(f"{_ONE}purpose/", purposes.Purpose.as_view(), name="purpose"),
    path(f"{_ONE}events/", life_events.events, name="events"),
    path(f"{_ONE}events/<slug:event_kind>/", life_events.Prepare.as_view(), name="event"),
    path(f"{_ONE}move-code/", life_events.move_code, name="move_code"),
    path(f"{_ONE}guardian/", life_events.Guardian.as_view(), name="guardian"),
    path(
        f"{_ONE}guardian/<uuid:delegation_id>/<slug:decision>/",
        life_events.guardian_decide,
        name="guardian_decide",
    ),
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
