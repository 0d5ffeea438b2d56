"""Nothing left over and nothing forgotten: parts that must be named in two places are compared here.

Beside it stand tests/test_architecture.py (settings, audit rows), tests/test_permissions.py (URLs),
tests/test_translations.py (texts) and tests/isolation (tables).
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from consortium.audit import labels
from consortium.reporting.models import Indicator
from consortium.tenancy.models import Classed
from consortium.tenancy.policies import FOREIGN_TABLES
from consortium.tenancy.sync import retentions
from deploy.throwaway import ROOT
from tests.isolation.rows import as_owner

PACKAGES = ("consortium", "identity", "services", "shared_plans")
BY_PACKAGES = re.compile(r"/templates/(account|mfa|usersessions|socialaccount)/|templates/429\.html$")
"""Found by allauth and Django under these names; that the name is right is tested below."""
ENDS = ("expires_at", "expire_date")
ENDS_OTHERWISE = {
    "files.BodyFile": "consortium.files.janitor removes it with its object",
    "identity.DeviceCertificate": "kept: what was signed with it is verified for years",
    "identity.SignatureRequest": "kept with its signature: docs/retention.md",
    "identity.SigningKey": "kept: docs/retention.md",
    "membership.ApiToken": "kept: shows who could call the API, and when that ended",
    "services.ClientSecret": "belongs to its relying party, of whose history it is part",
    "ui.Draft": "consortium.ui.tasks removes it",
}
"""Models with an end that declare no retention, and why."""


def files(pattern: str) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob(pattern))


@cache
def source() -> str:
    """All that can name a template, a file or a label: Python, templates, scripts, style sheets."""
    kinds = ("*.py", "*.html", "*.txt", "*.css", "*.js")
    return "\n".join(path.read_text("utf-8") for kind in kinds for path in files(kind))


@cache
def strings() -> frozenset[str]:
    """Every string constant of the source."""
    return frozenset(
        node.value
        for path in files("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_template_is_used() -> None:
    """By its whole name, or as `<stem>.html` where the folder is put in front."""
    unused = []
    for path in (*files("templates/**/*.html"), *files("templates/**/*.txt")):
        name = path.as_posix().rpartition("/templates/")[2]
        known = f'"{name}"' in source() or f"'{name}'" in source() or is_composed(name)
        if not known and not BY_PACKAGES.search(path.as_posix()):
            unused.append(name)
    assert unused == []


def is_composed(name: str) -> bool:
    """Components, mails and the like, whose names the code puts together from a folder and a stem, or from
    an app and a kind ("membership.application_declined")."""
    stem = re.sub(r"(_subject|_message)?\.(html|txt)$", "", name.rpartition("/")[2])
    quoted = re.compile(rf"""["'](?:[\w/]+[./])?{re.escape(stem)}["']""")
    begun = (name.startswith(prefix) for prefix in re.findall(r'f"(\w+/[\w/]*)\{', source()))
    return any(begun) or bool(quoted.search(source()))


def test_templates_that_stand_in_for_a_packages_are_found_by_it() -> None:
    """A renamed template of allauth would leave ours unused, and its own plain page in its place."""
    theirs = Path(apps.get_app_config("account").path).parent / "templates"
    ours = [
        p for p in (*files("templates/**/*.html"), *files("templates/**/*.txt")) if BY_PACKAGES.search(str(p))
    ]
    names = {path.as_posix().rpartition("/templates/")[2] for path in ours}
    unknown = {name for name in names if not (theirs / name).exists() and f'"{name}"' not in source()}
    assert unknown <= {"429.html"}, "no such template in allauth"


def test_every_static_file_is_used() -> None:
    unused = [
        path.as_posix().rpartition("/static/")[2]
        for path in files("static/**/*.*")
        if path.name not in source() and path.stem not in strings() and "fonts" not in path.parts
    ]
    assert unused == []


def test_every_model_is_of_a_class() -> None:
    unclassed = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, Classed) and model._meta.db_table not in FOREIGN_TABLES
    }
    assert unclassed == set()


def test_every_end_has_its_retention() -> None:
    kept = {table for table, _key, _retention in retentions()}
    open_ended = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.name in ENDS and model._meta.db_table not in kept
    }
    assert open_ended - set(ENDS_OTHERWISE) == set(), "declare `retention` on the model, or say here why not"


def test_every_audit_action_has_a_sentence() -> None:
    recorded = {name for path in files("*.py") for name in actions_recorded(path)}
    assert len(recorded) > 30
    assert recorded - set(labels.known()) == set(), "register a sentence in audit_labels"


def actions_recorded(path: Path) -> Iterator[str]:
    """What `record(action=…)` is given as a plain string."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "record":
            for keyword in node.keywords:
                if keyword.arg == "action" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


def test_every_sentence_is_of_an_action_that_somebody_records() -> None:
    """Composed names ("account.%s") are known by their beginnings."""
    beginnings = set(re.findall(r'f"([a-z_]+\.)\{', source()))
    left_over = {
        name
        for name in labels.known()
        if name not in strings_outside_labels() and not any(name.startswith(b) for b in beginnings)
    }
    assert left_over == set()


@cache
def strings_outside_labels() -> frozenset[str]:
    """Strings that are no key of a dictionary handed to `labels.register`."""
    found = set()
    for path in files("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        registered = {
            id(key)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("labels.register")
            for each in node.args
            if isinstance(each, ast.Dict)
            for key in each.keys
        }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in registered
        }
    return frozenset(found)


@pytest.mark.django_db
def test_every_indicator_has_labels_and_definitions_in_both_languages() -> None:
    call_command("load_indicators", verbosity=0)
    with as_owner():
        indicators = list(Indicator._base_manager.all())
    with_blanks = [
        one.key
        for one in indicators
        if not all((one.label_ja, one.label_en, one.definition_ja, one.definition_en, one.source))
    ]
    assert indicators
    assert with_blanks == []


def test_documents_name_files_that_exist() -> None:
    """Links of README and docs, and paths in backticks that look like ours."""
    missing = []
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        text = page.read_text("utf-8")
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text):
            if not (page.parent / link).exists():
                missing.append(f"{page.name}: {link}")
        for name in re.findall(
            r"`((?:consortium|identity|services|shared_plans|deploy|tests|docs)/[\w./-]+)`", text
        ):
            if not (ROOT / name).exists():
                missing.append(f"{page.name}: {name}")
    assert missing == []


def test_the_trials_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the tests: what nobody names is found."""
    check: Callable[[str], bool] = is_composed
    assert not check("nowhere/no_such_page_at_all.html")
    assert check("ui/components/button.html")
