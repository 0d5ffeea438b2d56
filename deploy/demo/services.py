"""The processes of the demo."""

import sys

from deploy.cards.pki import CardAuthority
from deploy.demo.state import DemoState
from deploy.demo.supervisor import Service

PYTHON = sys.executable


def services(state: DemoState) -> list[Service]:
    CardAuthority.at(state.cards)
    return [
        cards(state),
        surface(state, "portal", state.port),
        surface(state, "identity", state.port + 1),
        worker(state, "worker", "default"),
        worker(state, "report", "reports"),
        beat(state),
        relying_party(state),
    ]


def surface(state: DemoState, name: str, port: int) -> Service:
    command = [PYTHON, "-m", "granian", "--interface", "wsgi", "consortium.wsgi:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4"]
    environment = state.environment(name) | (state.card_settings() if name == "identity" else {})
    return Service(name, command, environment, port)


def cards(state: DemoState) -> Service:
    """The authority behind the demo's test cards."""
    environment = {**state.bare_environment(), "PORT": str(state.cards_port), "CARDS": str(state.cards)}
    return Service("cards", [PYTHON, "-m", "deploy.cards"], environment, state.cards_port)


def worker(state: DemoState, name: str, queue: str) -> Service:
    command = [PYTHON, "-m", "celery", "-A", "consortium", "worker", "-Q", queue, "-n", f"{name}@%h"]
    # One worker per queue: nothing to greet, and greeting takes a second.
    command += ["--concurrency", "1", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]
    return Service(name, command, state.environment(name))


def beat(state: DemoState) -> Service:
    schedule = state.folder / "beat-schedule"
    command = [
        PYTHON,
        "-m",
        "celery",
        "-A",
        "consortium",
        "beat",
        "--schedule",
        str(schedule),
        "--pidfile",
        "",
    ]
    return Service("beat", command, state.environment("worker"))


def relying_party(state: DemoState) -> Service:
    """Another body's service: it gets none of the platform's settings, only where demo.json is."""
    port = state.port + 2
    environment = {**state.bare_environment(), "PORT": str(port), "STATE": str(state.folder)}
    return Service("relying_party", [PYTHON, "-m", "deploy.demo.relying_party"], environment, port)
