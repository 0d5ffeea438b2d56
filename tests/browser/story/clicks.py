"""What every chapter does: open, press, fill."""

from playwright.sync_api import Page, expect


def press(page: Page, name: str, *, exact: bool = True) -> None:
    """The button or link of that name in the text of the page."""
    main = page.get_by_role("main")
    wanted = main.get_by_role("button", name=name, exact=exact)
    wanted.or_(main.get_by_role("link", name=name, exact=exact)).first.click()


def fill(page: Page, **fields: str) -> None:
    """Text fields by the name they are sent under."""
    for name, value in fields.items():
        page.locator(f"main [name={name}]:is(input, textarea)").first.fill(value)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def shows(page: Page, text: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(text)
