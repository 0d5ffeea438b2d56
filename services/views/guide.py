"""The guide for developers of services, open to anybody."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.ui.parts import Crumb
from services.guide import BY_SLUG, DOCUMENTS, html_of


@method_decorator(login_not_required, name="dispatch")
class ServiceGuide(TemplateView):
    template_name = "services/guide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document = BY_SLUG.get(self.kwargs["document"])
        if document is None:
            raise Http404("No such document.")
        return {
            **super().get_context_data(**kwargs),
            "document": document,
            "documents": DOCUMENTS,
            "text": mark_safe(html_of(document)),  # noqa: S308 - our own file, its raw HTML escaped
            "crumbs": [Crumb(_("開発者向けガイド"), reverse("developers:start")), Crumb(str(document.title))],
        }
