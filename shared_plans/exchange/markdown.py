"""A plan as Markdown: for reading, for other systems' editors, and for comparing two as text."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from shared_plans.showing import Lines, Section, Shown


def write(title: str, facts: Iterable[tuple[str, str]], sections: Iterable[Section]) -> str:
    """Headings of one level each: plan, section, national item, clause."""
    return "\n".join(_lines(title, facts, sections)) + "\n"


def _lines(title: str, facts: Iterable[tuple[str, str]], sections: Iterable[Section]) -> Iterator[str]:
    yield f"# {_inline(title)}"
    yield ""
    yield from (f"- {_inline(name)}: {_inline(value)}" for name, value in facts)
    for section in sections:
        yield from ("", f"## {section.title}")
        if section.withheld:
            yield from ("", _("この項目は公開していません。"))
        for group, clauses in section.groups:
            if group:
                yield from ("", f"### {_inline(group)}")
            for clause in clauses:
                yield from _clause(clause, "####" if group else "###")


def _clause(clause: Shown, level: str) -> Iterator[str]:
    yield from ("", f"{level} {_inline(clause.title)}")
    for name, text in clause.texts:
        yield from ("", f"**{_inline(name)}**", "", text)
    if clause.facts:
        yield ""
        yield from (f"- {_inline(fact.label)}: {_inline(str(fact.value))}" for fact in clause.facts)
    for lines in clause.lines:
        yield from _table(lines)


def _table(lines: Lines) -> Iterator[str]:
    yield from ("", f"**{_inline(lines.label)}**", "")
    yield _row(lines.head)
    yield _row(["---"] * len(lines.head))
    yield from (_row([_inline(cell) for cell in row]) for row in lines.rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _inline(text: str) -> str:
    """One line, in which nothing is markup."""
    line = " ".join(text.split())
    return "".join(f"\\{one}" if one in "\\`*_[]<>|#" else one for one in line)
