from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "consortium.staffing"
    label = "staffing"
    verbose_name = "人事異動と棚卸し"
