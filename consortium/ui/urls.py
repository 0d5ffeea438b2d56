from django.urls import path

from consortium.ui.brand import brand_css
from consortium.ui.gallery import Gallery, GalleryProgress
from consortium.ui.views import Accessibility

app_name = "ui"
urlpatterns = [
    path("", Gallery.as_view(), name="gallery"),
    path("progress/", GalleryProgress.as_view(), name="gallery_progress"),
    path("brand/<slug:digits>.css", brand_css, name="brand"),
    path("accessibility/", Accessibility.as_view(), name="accessibility"),
]
