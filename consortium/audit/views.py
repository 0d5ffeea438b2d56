from typing import Any
from uuid import UUID

from django.views.generic import TemplateView

from . import queries
from .forms import FilterForm
from .presentation import lines
from .tables import EventTable


class AuditLog(TemplateView):
    """The same page for a municipality and for the secretariat: the open context decides what it shows."""

    permission = "audit.view"
    template_name = "audit/log.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = FilterForm(self.request.GET)
        chosen = form.cleaned_data if form.is_valid() else {}
        shown = self._slice(chosen)
        return super().get_context_data(
            form=form,
            filtered=any(chosen.values()),
            table=EventTable(self.request, lines(shown.events)),
            older_url=self._url(before=str(shown.older)) if shown.older else "",
            newest_url=self._url() if "before" in self.request.GET else "",
            **kwargs,
        )

    def _slice(self, chosen: dict[str, Any]) -> queries.Slice:
        municipality = getattr(self.request, "municipality", None)
        events = queries.events_of(municipality.pk if municipality else None)
        return queries.page(queries.filtered(events, **chosen), _uuid(self.request.GET.get("before", "")))

    def _url(self, **changes: str) -> str:
        query = self.request.GET.copy()
        query.pop("before", None)
        query.update(changes)
        return f"?{query.urlencode()}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
