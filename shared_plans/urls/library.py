"""The library of what members share."""

from django.urls import path

from shared_plans.views import browsing, comparing, library

from .places import LIBRARY

urlpatterns = [
    path(LIBRARY, browsing.Library.as_view(), name="library"),
    path(f"{LIBRARY}compare/", comparing.Compare.as_view(), name="compare"),
    path(f"{LIBRARY}<uuid:revision>/", library.LibraryPlan.as_view(), name="library_plan"),
    path(f"{LIBRARY}<uuid:revision>/adopt/", library.AdoptPlan.as_view(), name="adopt"),
    path(f"{LIBRARY}<uuid:revision>/adopt/<slug:step>/", library.AdoptPlan.as_view(), name="adopt"),
]
