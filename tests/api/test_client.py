"""A client generated from the description works against a portal of its own process, with its own login."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from consortium.api.management.commands.openapi import PLACE
from consortium.tabular.writer import Form
from tests.jobs.processes import ROOT, dsn, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif("LOGINS" not in os.environ, reason="no DSN for each login: run by make test"),
]
PORT = 18_750
HERE = f"http://localhost:{PORT}"
CONFIG = {
    "project_name_override": "generated",
    "package_name_override": "generated",
    "post_hooks": [],
    "content_type_overrides": {Form.XLSX.content_type: "application/octet-stream"},
}


@pytest.fixture
def portal(db: None, tmp_path: Path) -> Iterator[str]:
    """A server as in production, but for TLS: the portal's login, its roles, nothing of the test's."""
    environment = {**os.environ, "SURFACE": "portal", "DATABASE_URL": dsn("portal"), "PORTAL_URL": HERE}
    environment["DEBUG"] = "1"  # static files come from their folders
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--nothreading", str(PORT)]
    with (tmp_path / "portal.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            until(answers, 60, "starting the portal")
            yield HERE
        finally:
            server.terminate()
            server.wait(10)


def answers() -> bool:
    try:
        with httpx.Client(timeout=5) as client:
            client.get(f"{HERE}/developers/")
            return True
    except httpx.TransportError:
        return False


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package that openapi-python-client makes; nothing of it is kept."""
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(CONFIG))
    command = [
        "-m",
        "openapi_python_client",
        "generate",
        "--path",
        str(PLACE / "portal.yaml"),
        "--config",
        str(config),
    ]
    made = subprocess.run(
        [sys.executable, *command, "--meta", "none", "--output-path", str(tmp_path / "generated")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Warning" not in made.stdout, made.stdout
    monkeypatch.syspath_prepend(str(tmp_path))
    return importlib.import_module


def test_a_generated_client_reads_and_writes(portal: str, generated: Any, secret: Callable[..., str]) -> None:
    client = generated("generated").AuthenticatedClient(base_url=portal, token=secret())
    models = generated("generated.models")
    editions = generated("generated.api.plans.editions_list").sync("102016", client=client)
    body = models.NewPlanRequest(
        title="前橋市DX推進計画", edition=editions.results[0].key, year_from=2026, year_to=2028
    )
    create = generated("generated.api.plans.plans_create")
    made = [
        create.sync_detailed("102016", client=client, body=body, idempotency_key="once") for _ in range(2)
    ]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].parsed.id == made[1].parsed.id
    found = generated("generated.api.plans.plan_retrieve").sync("102016", made[0].parsed.id, client=client)
    assert (found.title, found.status.value) == ("前橋市DX推進計画", "draft")
    refused = generated("generated.api.plans.plans_list").sync_detailed("102024", client=client)
    assert refused.status_code == 404
    assert json.loads(refused.content)["type"] == f"{portal}/developers/problems/#not-found"
