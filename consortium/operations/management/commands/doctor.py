import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from consortium.operations.doctor import EXAMINATIONS, Finding, Grade, examine

MARKS = {Grade.GOOD: "✓", Grade.WARNING: "△", Grade.WRONG: "✗"}


class Command(BaseCommand):
    help = (
        "Examine this installation as its process sees it; every finding with its cure. Exit code 1: wrong."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document for monitoring")
        parser.add_argument("--strict", action="store_true", help="exit code 1 for warnings too")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine(EXAMINATIONS))
        told = _as_json(findings) if options["json"] else "\n".join(map(_line, findings))
        self.stdout.write(told)
        failing = {Grade.WRONG, Grade.WARNING} if options["strict"] else {Grade.WRONG}
        if any(finding.grade in failing for finding in findings):
            raise SystemExit(1)


def _as_json(findings: list[Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2)


def _line(finding: Finding) -> str:
    cure = f"\n    → {finding.cure}" if finding.cure else ""
    return f"{MARKS[finding.grade]} {finding.about}: {finding.told}{cure}"
