"""Files to take along, in the format that the reader asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consortium.ui.views import page_before

from .writer import Form, Sheet, Unencodable, as_file

SHOWN = 100
OK = 200


def wanted_form(request: HttpRequest, parameter: str = "form") -> Form | None:
    """The format named in the address, None if none or an unknown one."""
    name = request.GET.get(parameter, "")
    return Form(name) if name in set(Form) else None


def file_response(
    request: HttpRequest, form: Form, stem: str, *sheets: Sheet, parameter: str = "form"
) -> HttpResponse:
    """The file to download; a page with status 422 that tells what CP932 cannot hold."""
    try:
        body = as_file(form, *sheets)
    except Unencodable as problem:
        return _told(request, problem, sheets[0], parameter)
    headers = {
        "Content-Disposition": f'attachment; filename="{stem}.{form.suffix}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(body, content_type=form.content_type, headers=headers)


def _told(request: HttpRequest, problem: Unencodable, sheet: Sheet, parameter: str) -> HttpResponse:
    values = {
        "missing": [
            (one, sheet.headings[one.column - 1] if one.column <= len(sheet.headings) else "")
            for one in problem.missing[:SHOWN]
        ],
        "more": len(problem.missing) - SHOWN,
        "urls": {form.value: form_url(request, form, parameter) for form in Form},
        "back": page_before(request, otherwise=""),
    }
    return render(request, "tabular/unencodable.html", values, status=422)


def form_url(request: HttpRequest, form: Form, parameter: str = "form") -> str:
    """This address, asking for another format; its other parameters are kept."""
    query = request.GET.copy()
    query[parameter] = form.value
    return f"?{query.urlencode()}"
