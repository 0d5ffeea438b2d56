"""A municipality's colour as a stylesheet of its own: the policy allows no inline style.

The address holds the colour, so the sheet never changes, may be kept for ever, and tells about nobody.
"""

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from consortium.domain.colour import TEXT_CONTRAST, WHITE, Colour, ColourError, lowest_contrast

GROUNDS: Final = (WHITE, Colour.parse("#f6f8f9"), Colour.parse("#eef2f3"))
"""What the brand's colour is written on: --surface, --canvas and --surface-sunken of tokens.css."""
YEAR: Final = 365 * 24 * 3600


def is_readable(colour: Colour) -> bool:
    """On every ground, and white on the colour itself."""
    return lowest_contrast(colour, GROUNDS) >= TEXT_CONTRAST


def brand_css_url(colour: str) -> str:
    """colour: #rrggbb, or "" for the default colour."""
    return reverse("ui:brand", args=[colour.removeprefix("#")]) if colour else ""


@login_not_required
def brand_css(request: HttpRequest, digits: str) -> HttpResponse:
    try:
        colour = Colour.parse(digits)
    except ColourError as error:
        raise Http404("No colour.") from error
    if not is_readable(colour) or str(colour) != f"#{digits}":
        raise Http404("Not a colour that a page may have.")
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "ETag": f'"{digits}"'}
    return HttpResponse(f":root {{ --brand: {colour}; }}\n", content_type="text/css", headers=headers)
