"""pytest on several cores (`-n 2`): what each worker has of its own, and which tests stay together.

pytest-django gives each worker a database; here it gets a Valkey database and folders of its own, too.
Loaded by `-p` in pyproject.toml, ahead of Django's settings.
"""

import os
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

PLATFORM = "platform"
"""One group: tests that bring up servers, workers and browsers run one after the other."""
PLATFORM_FOLDERS = ("tests/browser/", "tests/demo/", "tests/jobs/", "tests/test_supervisor.py")
PLATFORM_MARKERS = ("browser", "worker", "slow")
FOLDERS = ("STATIC_ROOT", "MEDIA_ROOT", "EMAIL_FILE_PATH")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before anything reads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and "REDIS_URL" in os.environ:
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
        os.environ.update({name: f"{os.environ[name]}-{worker}" for name in FOLDERS if name in os.environ})
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Files stay whole, for their fixtures' sake; the platform comes first, then the longest files."""
    if not hasattr(config, "workerinput"):
        return (yield)
    groups = {item: group_of(item) for item in items}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
    result = yield
    sizes = Counter(groups.values())
    items.sort(key=lambda item: (groups[item] != PLATFORM, -sizes[groups[item]], groups[item]))
    return result


def group_of(item: pytest.Item) -> str:
    file = item.nodeid.partition("::")[0]
    brings_it_up = any(item.get_closest_marker(name) for name in PLATFORM_MARKERS)
    return PLATFORM if brings_it_up or file.startswith(PLATFORM_FOLDERS) else file
