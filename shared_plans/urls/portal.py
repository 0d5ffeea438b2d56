from django.urls import URLPattern

app_name = "shared_plans"
urlpatterns: list[URLPattern] = []
