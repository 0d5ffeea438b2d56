from django.urls import path

from consortium.tabular.views import import_urls

from .imports import ChangeImporter, StaffImporter
from .views import changes, reviews

app_name = "staffing"
_STAFF = "m/<municipality:code>/staff/"
_REVIEW = f"{_STAFF}reviews/<uuid:review>/"
urlpatterns = [
    *import_urls(f"{_STAFF}import/", "import_staff", StaffImporter),
    *import_urls(f"{_STAFF}changes/import/", "import_changes", ChangeImporter),
    path(f"{_STAFF}changes/", changes.Changes.as_view(), name="changes"),
    path(f"{_STAFF}changes/new/", changes.PlanChange.as_view(), name="plan_change"),
    path(f"{_STAFF}changes/<uuid:change>/", changes.Change.as_view(), name="change"),
    path(f"{_STAFF}changes/<uuid:change>/cancel/", changes.CancelChange.as_view(), name="cancel_change"),
    path(f"{_STAFF}reviews/", reviews.Reviews.as_view(), name="reviews"),
    path(f"{_STAFF}reviews/open/", reviews.OpenReview.as_view(), name="open_review"),
    path(_REVIEW, reviews.Review.as_view(), name="review"),
    path(f"{_REVIEW}<uuid:item>/", reviews.Decide.as_view(), name="decide"),
    path(f"{_REVIEW}<uuid:item>/keep/", reviews.KeepPerson.as_view(), name="keep"),
]
