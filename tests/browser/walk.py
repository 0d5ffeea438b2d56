"""Following links as each person, and judging each page found: axe, reflow, keyboard."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from .world import HEIGHT, NARROW, WIDE, World, findings, shoot, speak

URLCONFS = {"portal": "consortium.urls.portal", "identity": "consortium.urls.identity"}
_LEAVES = re.compile(r"/(logout|sign-out)/$")
ALIKE, MOST_STOPS = 3, 250


@dataclass(frozen=True)
class Look:
    """One way of looking at a page."""

    language: str
    width: int
    colours: str

    def __str__(self) -> str:
        return f"{self.language} {self.width} {self.colours}"


EVERY_WAY = [
    Look(language, width, colours)
    for language in ("ja", "en")
    for width in (NARROW, WIDE)
    for colours in ("none", "active")
]
OPPOSITES = [Look("ja", NARROW, "none"), Look("en", WIDE, "active")]
"""Each language, width and kind of colours once: the usual walk. All eight: --every-way."""


@dataclass(frozen=True)
class Found:
    """A page reached by links. name: of its URL; by: of the one that led to it, by a redirect or itself."""

    name: str
    who: str
    url: str
    by: str


def follow_links(world: World, who: str, start: str, surface: str) -> Iterator[Found | str]:
    """Breadth first, a few pages for each URL name; a sentence for a link that leads nowhere."""
    page = world.page(who)
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(start))
    waiting, met, opened = deque([start]), Counter[str](), set[str]()
    while waiting:
        url = waiting.popleft()
        name = _name_of(url, surface)
        if name is None:
            yield f"{who}: {url} is no page of the {surface}"
        elif met[name] < ALIKE and url not in opened:
            met[name] += 1
            opened.add(url)
            answer = page.request.get(url)
            if not answer.ok:
                yield f"{who}: {url} answers {answer.status}"
            elif "text/html" in answer.headers.get("content-type", ""):
                page.goto(url)
                yield Found(_name_of(page.url, surface) or name, who, page.url, name)
                waiting += [each for each in _links(page, origin) if not _LEAVES.search(urlsplit(each).path)]


def _name_of(url: str, surface: str) -> str | None:
    try:
        return resolve(urlsplit(url).path, URLCONFS[surface]).view_name
    except Resolver404:
        return None


def _links(page: Page, origin: str) -> list[str]:
    found = page.eval_on_selector_all("a[href]:not([download])", "all => all.map((one) => one.href)")
    return [url.partition("#")[0] for url in found if url.startswith(f"{origin}/")]


def keep_pictures(page: Page, found: Found, folder: Path) -> None:
    """In Japanese at both widths; of the gallery of components also in forced colours."""
    name = re.sub(r"consortium\..*\.", "", found.name).replace(":", "-")  # of a view without a name its class
    looks = {name: Look("ja", WIDE, "none"), f"{name}-320": Look("ja", NARROW, "none")}
    if found.name == "ui:gallery":
        looks |= {f"{name}-forced-colours": Look("ja", WIDE, "active")}
    folder.mkdir(exist_ok=True)
    for stem, look in looks.items():
        show(page, found.url, look)
        page.wait_for_load_state("networkidle")  # the API's reference draws itself
        shoot(page, folder / f"{stem}.jpg")


def show(page: Page, url: str, look: Look) -> None:
    speak(page, look.language)
    page.emulate_media(forced_colors="active" if look.colours == "active" else "none")
    page.set_viewport_size({"width": look.width, "height": HEIGHT})
    page.goto(url)


def judge(page: Page, url: str, look: Look) -> list[str]:
    show(page, url, look)
    return [f"({look}) {finding}" for finding in (*findings(page, look.width), *by_keyboard(page))]


# Everything that Tab should reach: visible, enabled; of a group of radio buttons one.
_REACHABLE = """() => {
  const groups = new Set();
  const all = document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]'
  );
  return [...all].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
    if (one.closest('details:not([open])') && one.tagName !== 'SUMMARY') return false;
    if (one.type !== 'radio') return true;
    const group = `${one.form?.id}/${one.name}`;
    return !groups.has(group) && groups.add(group);
  }).length;
}"""
# Where the focus is: what it is on, whether it can be seen there, and whether it shows.
_STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 1), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const label = one.labels?.length ? [...one.labels] : [];
  const free = top && (one.contains(top) || top.contains(one) || label.some((each) => each.contains(top)));
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const same = window.__last === one;
  const again = !same && window.__walked.has(one);
  window.__walked.add(one);
  window.__last = one;
  return {
    html: one.outerHTML.slice(0, 100),
    inside, free, again, same,
    shows: outlined || style.boxShadow !== 'none' || !one.matches(':focus-visible'),
  };
}"""


def by_keyboard(page: Page) -> list[str]:
    """Tab through the page: everything is reached, is in sight, shows its focus, and nothing holds it."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); window.__walked = new Set(); }")
    expected, reached, found = page.evaluate(_REACHABLE), 0, []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None or stop["again"]:
            break
        if stop["same"]:  # year, month and day of a date field
            continue
        reached += 1
        faults = {"out of sight": not stop["inside"], "covered": stop["inside"] and not stop["free"]}
        faults["shows no focus"] = not stop["shows"]
        found += [f"keyboard: {fault} {stop['html']}" for fault, is_so in faults.items() if is_so]
    if reached < min(expected, MOST_STOPS):
        found.append(f"keyboard: reaches {reached} of {expected}")
    return found
