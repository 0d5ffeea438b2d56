"""Inquiries of residents, on the portal."""

from django.urls import path

from identity.views import inquiries_staff as views

app_name = "inquiries"
_ONE = "m/<municipality:code>/inquiries/<uuid:inquiry_id>/"
urlpatterns = [
    path("m/<municipality:code>/inquiries/", views.home, name="home"),
    path(_ONE, views.inquiry, name="inquiry"),
    path(f"{_ONE}read/", views.read, name="read"),
    path(f"{_ONE}answer/", views.answer, name="answer"),
    path(f"{_ONE}forward/", views.forward, name="forward"),
    path("secretariat/inquiries/", views.overdue, name="overdue"),
]
