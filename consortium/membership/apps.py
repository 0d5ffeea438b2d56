from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "consortium.membership"
    label = "membership"
    verbose_name = "会員と職員"
