"""What a municipality attests: prepared by one clerk, confirmed by another, and counted only then."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from consortium.audit.models import Event
from consortium.jobs.models import Job
from consortium.tabular.limits import MyNumberFound, UnreadableFile
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.tasks import HEADER
from identity.actions import attestations as actions
from identity.attestation_files import Term, lines
from identity.domain.attestation import ATTESTABLE
from identity.domain.attributes import Attribute
from identity.models import Attestation, AttestationBatch, AttestationRow, BatchState, Citizen, Residence
from identity.queries.counter import receipt_number
from identity.queries.personal import person, values
from identity.tasks import apply_attestations, check_attestations
from tests import factories

from .residents import HANAKO, TARO, Counter

FARE = Attribute.SUBSIDISED_FARE
STATEMENT = actions.Statement(FARE, "高齢者運賃助成")


@pytest.fixture
def office(counter: Counter) -> Counter:
    """Two of the office that attests."""
    clerks = [factories.make_staff(counter.municipality, "attester") for _ in range(2)]
    return Counter(counter.municipality, *clerks)


def term(days: int = 365) -> Term:
    today = timezone.localdate()
    return Term(today, today + timedelta(days=days))


def prepare(office: Counter, citizen: Citizen, **more: Any) -> AttestationBatch:
    given = term()
    with factories.acting(office.first, office.municipality) as actor:
        dates = {"starts_on": given.starts_on, "until": given.until} | more
        return actions.prepare_attestation(by=actor, citizen=citizen, statement=STATEMENT, **dates)


def confirm(office: Counter, batch: AttestationBatch) -> AttestationBatch:
    with factories.acting(office.second, office.municipality) as actor:
        return actions.confirm_attestations(by=actor, batch=batch)


def revoke(office: Counter, batch: AttestationBatch, row: int = 0) -> None:
    with factories.acting(office.first, office.municipality) as actor:
        actions.ask_to_revoke(by=actor, batch=batch, reason="not_eligible", row=row)
    with factories.acting(office.second, office.municipality) as actor:
        actions.confirm_revocation(by=actor, batch=batch)


def take_in(office: Counter, data: bytes | str) -> AttestationBatch:
    file = io.BytesIO(data if isinstance(data, bytes) else data.encode("utf-8-sig"))
    with factories.acting(office.first, office.municipality) as actor:
        return actions.prepare_attestations(
            by=actor, statement=STATEMENT, lines=lines(file, ATTESTABLE[FARE], term())
        )


def work(task: Any, office: Counter) -> None:
    with context.tenant(office.municipality.pk):
        job = Job.objects.filter(kind=task.name).latest("created_at")
    headers = {HEADER: {"municipality": office.municipality.pk, "role": "worker", "request": ""}}
    task.apply(kwargs={"job_id": str(job.pk)}, headers=headers, throw=True)


def checked(office: Counter, data: bytes | str) -> AttestationBatch:
    batch = take_in(office, data)
    work(check_attestations, office)
    return reread(office, batch)


def reread(office: Counter, batch: AttestationBatch) -> AttestationBatch:
    with context.tenant(office.municipality.pk):
        return AttestationBatch.objects.get(pk=batch.pk)


def disclosed(citizen: Citizen, on: date | None = None) -> Any:
    with context.citizen(citizen.pk):
        found = person(citizen.pk)
        assert found
        return values(found, [FARE], on or timezone.localdate()).get(FARE)


def problems(office: Counter, batch: AttestationBatch) -> dict[int, str]:
    with context.tenant(office.municipality.pk):
        return dict(
            AttestationRow.objects.filter(batch=batch).exclude(problem="").values_list("number", "problem")
        )


def test_counts_from_the_second_clerk_on(office: Counter, counter: Counter) -> None:
    hanako = counter.proofed()
    batch = prepare(office, hanako)
    assert disclosed(hanako) is None
    assert confirm(office, batch).state == BatchState.ISSUED
    assert disclosed(hanako) is True
    revoke(office, batch)
    assert disclosed(hanako) is None
    with context.tenant(office.municipality.pk):
        actions_ = Event.objects.filter(action__startswith="attestation.").order_by("id")
        assert list(actions_.values_list("action", flat=True)) == [
            "attestation.prepared",
            "attestation.confirmed",
            "attestation.revocation_asked",
            "attestation.revoked",
        ]


def test_four_eyes_both_ways(office: Counter, counter: Counter) -> None:
    batch = prepare(office, counter.proofed())
    with (
        factories.acting(office.first, office.municipality) as actor,
        pytest.raises(ValidationError, match="別の職員"),
    ):
        actions.confirm_attestations(by=actor, batch=batch)
    confirm(office, batch)
    with factories.acting(office.first, office.municipality) as actor:
        actions.ask_to_revoke(by=actor, batch=batch, reason="mistake")
        with pytest.raises(ValidationError, match="別の職員"):
            actions.confirm_revocation(by=actor, batch=batch)


def test_who_may_not_attest(office: Counter, counter: Counter, next_door: Counter) -> None:
    hanako = counter.proofed()
    with factories.acting(counter.first, counter.municipality) as clerk, pytest.raises(PermissionDenied):
        actions.prepare_attestation(
            by=clerk, citizen=hanako, statement=STATEMENT, starts_on=date.today(), until=date.today()
        )
    other = Counter(
        next_door.municipality, *[factories.make_staff(next_door.municipality, "attester") for _ in range(2)]
    )
    confirm(other, prepare(other, hanako))
    with context.citizen(hanako.pk):
        assert not Attestation.objects.exists(), "of somebody who lives elsewhere nothing is attested"


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [(0, -1, "ends_before_start"), (-30, -1, "over"), (0, 365 * 5 + 3, "too_long")],
)
def test_a_term_in_the_past_or_too_long_is_refused(
    office: Counter, counter: Counter, starts: int, ends: int, code: str
) -> None:
    today, hanako = timezone.localdate(), counter.proofed()
    with pytest.raises(ValidationError) as refused:
        prepare(office, hanako, starts_on=today + timedelta(starts), until=today + timedelta(ends))
    assert refused.value.code == code


def test_ends_when_the_holder_moves_away(office: Counter, counter: Counter, next_door: Counter) -> None:
    hanako = counter.proofed()
    confirm(office, prepare(office, hanako))
    with context.opened(context.Context("owner")):
        Residence.objects.filter(citizen=hanako).update(ends_on=timezone.localdate())
        Residence(citizen=hanako, municipality=next_door.municipality, starts_on=timezone.localdate()).save(
            force_insert=True
        )
    assert disclosed(hanako) is None, "it is bound to residence, and nothing had to be written for it"


def file_of(*rows: str) -> str:
    return "\r\n".join(["受付番号,ふりがな,生年月日,開始日,終了日", *rows])


def test_a_file_by_receipt_number_and_by_reading(
    office: Counter, counter: Counter, next_door: Counter
) -> None:
    hanako, taro = counter.proofed(), counter.proofed(TARO)
    stranger = next_door.proofed(
        HANAKO.__class__(**{**{name: getattr(TARO, name) for name in TARO.__slots__}, "kana": "よそ じろう"})
    )
    data = file_of(
        f"{receipt_number(hanako.pk)},,,,",
        ",カクウ　タロウ,平成2年1月2日,,",
        f"{receipt_number(stranger.pk)},,,,",
        ",よそ じろう,1990-01-02,,",
    )
    batch = checked(office, data)
    assert (batch.state, batch.total, batch.found, batch.skipped, batch.faulty) == ("prepared", 4, 2, 2, 0)
    assert problems(office, batch) == {4: "unmatched", 5: "unmatched"}, "elsewhere and nowhere look the same"
    assert disclosed(hanako) is None
    confirm(office, batch)
    assert disclosed(hanako) is None
    work(apply_attestations, office)
    assert (disclosed(hanako), disclosed(taro), disclosed(stranger)) == (True, True, None)
    with context.tenant(office.municipality.pk):
        assert not AttestationRow.objects.exists(), "the lines are gone once they are decided"
    revoke(office, batch, row=2)
    assert (disclosed(hanako), disclosed(taro)) == (None, True)
    revoke(office, batch)
    assert disclosed(taro) is None
    assert reread(office, batch).state == BatchState.REVOKED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "xlsx"])
def test_formats(office: Counter, counter: Counter, encoding: str) -> None:
    hanako = counter.proofed()
    if encoding == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(["受付番号", "終了日"])
        book.active.append([receipt_number(hanako.pk), term().until])
        out = io.BytesIO()
        book.save(out)
        data = out.getvalue()
    else:
        data = file_of(f",{HANAKO.kana},昭和30年4月1日,,").encode(encoding)
    assert checked(office, data).found == 1


def test_an_attestation_file_with_bad_rows_changes_nothing(office: Counter, counter: Counter) -> None:
    hanako = counter.proofed()
    number = receipt_number(hanako.pk)
    data = file_of(
        f"{number},,,,",
        f"{number},,,,",
        ",かくう はなこ,,,",
        ",かくう はなこ,明日,,",
        f"{number},,,2030/4/1,2030/3/31",
        f"{number},,,2020/4/1,2020/9/30",
        "12345,,,,",
    )
    batch = checked(office, data)
    assert batch.state == BatchState.FAULTY
    assert problems(office, batch) == {
        2: "repeated",
        3: "repeated",
        4: "key",
        5: "format",
        6: "ends_before_start",
        7: "over",
        8: "format",
    }
    with pytest.raises(ValidationError, match="先に処理"):
        confirm(office, batch)
    assert disclosed(hanako) is None


def test_a_my_number_refuses_the_whole_file(office: Counter, counter: Counter) -> None:
    counter.proofed()
    data = file_of(*(",かくう はなこ,1955-04-01,," for _ in range(3)), "123456789018,,,,")
    with pytest.raises(MyNumberFound):
        take_in(office, data)
    with context.tenant(office.municipality.pk):
        assert not AttestationBatch.objects.exists()
        assert not AttestationRow.objects.exists()


@pytest.mark.parametrize(
    "data", [b"", "何か,別の\r\n1,2".encode(), b"PK\x03\x04 broken", b"\x81\x81\xff\xff"]
)
def test_an_unreadable_file(office: Counter, data: bytes) -> None:
    with pytest.raises((UnreadableFile, ValidationError)):
        take_in(office, data)


def test_cut_off_and_run_again_it_does_the_same(
    office: Counter, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "CHUNK", 1)
    people = [counter.proofed(), counter.proofed(TARO)]
    batch = take_in(office, file_of(*(f"{receipt_number(one.pk)},,,," for one in people)))
    with context.worker(office.municipality.pk):
        by = system_actor("test")
        assert actions.check_rows(by=by, batch_id=batch.pk, after=0) == 2
    work(check_attestations, office)
    confirm(office, batch)
    with context.worker(office.municipality.pk):
        assert actions.apply_rows(by=by, batch_id=batch.pk, after=0) == 2
    work(apply_attestations, office)
    with context.tenant(office.municipality.pk):
        assert Attestation.objects.count() == 2
        assert reread(office, batch).found == 2
