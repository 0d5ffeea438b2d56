import pytest

from consortium.domain.user_agent import device, platform

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (CHROME, "Google Chrome (Windows)"),
        (f"{CHROME} Edg/130.0", "Microsoft Edge (Windows)"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox (Linux)"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari (iPhone)",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/130.0 Mobile Safari/537.36",
            "Google Chrome (Android)",
        ),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_named_as_people_call_it(text: str, name: str) -> None:
    assert device(text) == name


def test_the_system_alone() -> None:
    assert (platform(CHROME), platform("curl/8.5")) == ("Windows", "")
