"""What a browser says of itself, as people call it."""

import re
from typing import Final

# In this order: most browsers also claim to be those they descend from.
BROWSERS: Final = (
    (re.compile(r"\bEdg(?:A|iOS)?/"), "Microsoft Edge"),
    (re.compile(r"\bOPR/"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(?:Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(?:Chrome|CriOS)/"), "Google Chrome"),
    (re.compile(r"\bVersion/[\d.]+.*\bSafari/"), "Safari"),
)
PLATFORMS: Final = (
    (re.compile(r"\biPhone\b"), "iPhone"),
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bMacintosh\b"), "macOS"),
    (re.compile(r"\bLinux\b"), "Linux"),
)


def device(user_agent: str) -> str:
    """Browser and system of a User-Agent header, e.g. "Firefox (Windows)"; empty if neither is known."""
    browser, system = _first(BROWSERS, user_agent), platform(user_agent)
    return f"{browser} ({system})" if browser and system else browser or system


def platform(user_agent: str) -> str:
    """e.g. "iPhone", "Windows"; empty if unknown."""
    return _first(PLATFORMS, user_agent)


def _first(known: tuple[tuple[re.Pattern[str], str], ...], user_agent: str) -> str:
    return next((name for pattern, name in known if pattern.search(user_agent)), "")
