"""Our own line icons on a 24×24 grid, inlined so that they take the colour of the text."""

from typing import Final

PATHS: Final[dict[str, str]] = {
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.01"/>',
    "success": '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.8 2.8L16 9.5"/>',
    "warning": '<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.01"/>',
    "danger": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 7.5v5.5M12 16.3v.01"/>',
    "chevron": '<path d="m5 9 7 7 7-7"/>',
    "sort": '<path d="m7 9.5 5-5 5 5M7 14.5l5 5 5-5"/>',
    "next": '<path d="m9 5 7 7-7 7"/>',
    "previous": '<path d="m15 5-7 7 7 7"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.8-4 3.9-6 8-6s7.2 2 8 6"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
    "download": '<path d="M12 4v11m-4.5-4 4.5 4.5 4.5-4.5M4.5 20h15"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "document": '<path d="M6 3h8l4.5 4.5V21H6zM14 3v5h4.5M9 12.5h6.5M9 16.5h6.5"/>',
    "inbox": '<path d="M4 13.5 6.5 5h11L20 13.5V19H4zM4 13.5h4.5c0 2 1.4 3 3.5 3s3.5-1 3.5-3H20"/>',
    "lock": '<path d="M5.5 10.5h13V20h-13zM8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
    "external": '<path d="M13 4h7v7M20 4l-9 9M17 14v6H4V7h6"/>',
}
TONES: Final = ("info", "success", "warning", "danger")
