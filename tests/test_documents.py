"""Documents that describe the project to others: complete, and valid by the standards they follow."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import pytest
import yaml

from deploy.licences import direct, licence_of
from deploy.throwaway import ROOT

CODE = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
MANDATORY = {
    "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
    "description", "legal", "maintenance", "localisation",
}  # fmt: skip
OPTIONAL = {
    "applicationSuite", "landingURL", "isBasedOn", "softwareVersion", "releaseDate", "logo", "monochromeLogo",
    "inputTypes", "outputTypes", "usedBy", "fundedBy", "roadmap", "intendedAudience", "dependsOn", "it",
}  # fmt: skip
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles",
}  # fmt: skip
CATEGORIES = {
    "collaboration", "compliance-management", "data-analytics", "data-collection", "data-visualization",
    "digital-citizenship", "document-management", "e-signature", "identity-management",
    "knowledge-management", "project-collaboration", "survey", "task-management", "workflow-management",
}  # fmt: skip
"""Those of the controlled vocabulary that could ever be ours."""
SCOPES = {"local-authorities", "government"}
MAINTENANCE = {"internal", "contract", "community", "none"}


def test_publiccode_has_the_keys_of_version_0_4() -> None:
    assert set(CODE) >= MANDATORY
    assert set(CODE) - MANDATORY <= OPTIONAL
    assert CODE["publiccodeYmlVersion"] == "0.4"
    assert re.fullmatch(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+/[\w./-]+\.git", CODE["url"])
    assert set(CODE["legal"]) <= {"license", "mainCopyrightOwner", "repoOwner", "authorsFile"}
    assert all(contact["name"] for contact in CODE["maintenance"]["contacts"])
    assert set(CODE["dependsOn"]) <= {"open", "proprietary", "hardware"}


def test_publiccode_uses_the_vocabularies() -> None:
    assert CODE["developmentStatus"] in STATUSES
    assert CODE["softwareType"] in TYPES
    assert set(CODE["categories"]) <= CATEGORIES
    assert set(CODE["platforms"]) <= {"web", "windows", "mac", "linux", "ios", "android"}
    assert set(CODE["intendedAudience"]["scope"]) <= SCOPES
    assert all(re.fullmatch("[a-z]{2}", country) for country in CODE["intendedAudience"]["countries"])
    assert set(CODE["localisation"]["availableLanguages"]) == {"ja", "en"}
    assert isinstance(CODE["localisation"]["localisationReady"], bool)


def test_publiccode_names_licence_and_maintenance() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'license = "{CODE["legal"]["license"]}"' in project
    assert f'version = "{CODE["softwareVersion"]}"' in project
    assert CODE["maintenance"]["type"] in MAINTENANCE
    assert CODE["maintenance"]["type"] != "community" or CODE["maintenance"]["contacts"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_publiccode_describes_in_the_lengths_allowed(language: str) -> None:
    told: dict[str, Any] = CODE["description"][language]
    assert len(told["genericName"]) <= 35
    assert len(told["shortDescription"]) <= 150
    assert 150 <= len(told["longDescription"]) <= 10_000
    assert told["features"]


def test_every_dependency_is_listed_with_its_licence_and_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w.-]+)` \| (.+?) \| (.+?) \|$", text, re.M)
    listed = {name: licence for name, licence, _why in rows}
    assert set(listed) == set(direct())
    assert {name: listed[name] for name in installed(listed)} == installed(listed)


def installed(names: dict[str, str]) -> dict[str, str]:
    found = {}
    for name in names:
        try:
            found[name] = licence_of(distribution(name))
        except PackageNotFoundError:
            continue  # of a set that is not installed here
    return found


def test_the_two_readmes_point_to_the_same_pages() -> None:
    """What one language leads to, the other does too."""
    links = [
        set(re.findall(r"\]\(([^)]+)\)", (ROOT / name).read_text("utf-8"))) - {"README.md", "README.ja.md"}
        for name in ("README.md", "README.ja.md")
    ]
    only_english = {link for link in links[0] - links[1] if not link.startswith("docs/adr/")}
    assert (only_english, links[1] - links[0]) == (set(), set())
