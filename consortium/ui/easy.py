"""やさしい日本語: which texts residents see, hence which need an easy variant.

The language is `ja-easy`, its catalogue `locale/ja_Easy`; what that lacks is shown in plain Japanese.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

CODE: Final = "ja-easy"
LOCALE: Final = "ja_Easy"
STAFF: Final = frozenset(
    {
        "attestation_files.py",
        "attestation_forms.py",
        "attestation_tables.py",
        "attestations",
        "attestations.py",
        "attested.py",
        "counter",
        "counter.py",
        "tables.py",
        "audit.py",
        "audit_labels.py",
        "inquiries_staff.py",
        "staff_notices.py",
        "portal.py",
        "admin.py",
        "forms.py",
        "api",
        "figures.py",
        "hotline.py",
        "legal",
        "legal.py",
        "legal_entries.py",
        "legal_forms.py",
        "legal_tables.py",
        "life.py",
        "life_events.py",
        "life_forms.py",
        "moves.py",
        "certifying.py",
        "logout.py",
        "logouts.py",
        "secretariat",
        "staff",
        "inquiry_deadlines.py",
        "migrations",
    }
)
"""Files and folders of identity that only staff see."""
SHARED: Final = (
    "errors.py",
    "forms.py",
    "views.py",
    "context_processors.py",
    "templates/429.html",
    "templates/ui/accessibility.html",
    "templates/ui/frame.html",
    "templates/ui/resident.html",
    "templates/ui/errors",
    "templates/ui/forms",
    "templates/ui/shell",
    "templates/ui/components/breadcrumb.html",
    "templates/ui/components/dialog.html",
    "templates/ui/components/error_summary.html",
    "templates/ui/components/facts.html",
    "templates/ui/components/listing.html",
    "templates/ui/components/notice.html",
    "templates/ui/components/page_range.html",
    "templates/ui/components/pagination.html",
    "templates/ui/components/tasks.html",
)
"""Of consortium.ui: what both surfaces show."""


def resident_sources(root: Path) -> Iterator[Path]:
    """Files whose texts residents read. root: the folder that holds the packages."""
    for path in sorted((root / "identity").rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and not STAFF.intersection(path.relative_to(root).parts):
            yield path
    for name in SHARED:
        place = root / "consortium" / "ui" / name
        yield from sorted(place.rglob("*.html")) if place.is_dir() else [place]
