"""What residents answer to requests for consent, and where they want to be told of them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.dates import calendar_date
from consortium.ui.fields import DayField
from consortium.ui.forms import Form
from identity.actions.optin import Decision
from identity.domain.consent import month_end
from identity.labels import ATTRIBUTES
from identity.models import ConsentCondition, ConsentRequest, RequestKind

MONTH, WISHED, OWN = "month", "wished", "own"


class AnswerForm(Form):
    """Per attribute, with a term and a condition. To grant nothing is to refuse."""

    granted = forms.MultipleChoiceField(
        label=_("提供してもよい情報"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("提供したくない情報は、チェックを外してください。"),
    )
    term = forms.ChoiceField(label=_("期間"), widget=forms.RadioSelect)
    ends_on = DayField(
        label=_("最後の日"), required=False, help_text=_("「自分で決める日まで」を選んだときに入力します。")
    )
    each_time = forms.BooleanField(
        label=_("毎回、提供の前に確認する"),
        required=False,
        help_text=_("1回提供するたびに依頼が届きます。答えるまで提供されません。"),
    )

    def __init__(self, *args: object, asked: ConsentRequest, **kwargs: Any) -> None:
        self.asked = asked
        initial = {"term": WISHED, "granted": [] if asked.kind == RequestKind.PURPOSE else asked.attributes}
        super().__init__(*args, **{**kwargs, "initial": {**initial, **(kwargs.get("initial") or {})}})
        self.fields["granted"].choices = [  # type: ignore[attr-defined]  # of a choice
            (key, ATTRIBUTES[key]) for key in ATTRIBUTES if key in asked.attributes
        ]
        last = _last_day(asked.until)
        self.fields["term"].choices = [  # type: ignore[attr-defined]  # of a choice
            (MONTH, _("今月だけ")),
            (WISHED, _("サービスが希望する%(day)sまで") % {"day": calendar_date(last)}),
            (OWN, _("自分で決める日まで")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("term") != OWN or "ends_on" not in cleaned:
            return cleaned
        ends_on: date | None = cleaned["ends_on"]
        last = _last_day(self.asked.until)
        if ends_on is None or not timezone.localdate() <= ends_on <= last:
            message = _("今日から%(day)sまでの日を入力してください。") % {"day": calendar_date(last)}
            self.add_error("ends_on", message)
        return cleaned

    @property
    def decision(self) -> Decision:
        """Of a valid form."""
        data = self.cleaned_data
        condition = ConsentCondition.THIS_MONTH if data["term"] == MONTH else None
        if data["each_time"]:
            condition = ConsentCondition.EACH_TIME
        return Decision(data["granted"], _until(data, self.asked.until), condition)


class RefusalForm(Form):
    """Whatever else was filled in is of no importance."""

    decision = Decision(())

    def __init__(self, *args: object, asked: ConsentRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class NarrowForm(Form):
    attributes = forms.MultipleChoiceField(
        label=_("提供を止める情報"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選んだ情報は、ただちに提供されなくなります。残りの情報への同意は続きます。"),
    )

    def __init__(self, *args: object, held: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attributes"].choices = [  # type: ignore[attr-defined]  # of a choice
            (key, ATTRIBUTES[key]) for key in ATTRIBUTES if key in held
        ]


class ContactForm(Form):
    address = forms.EmailField(
        label=_("メールアドレス"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("お知らせがあることだけを、このアドレスに送ります。内容は書きません。"),
    )


def _until(data: dict[str, Any], wished: datetime) -> datetime:
    """Exclusive: the moment after the last day."""
    if data["term"] == MONTH:
        return min(month_end(timezone.now()), wished)
    if data["term"] == OWN:
        start = datetime.combine(data["ends_on"] + timedelta(days=1), datetime.min.time())
        return min(timezone.make_aware(start), wished)
    return wished


def _last_day(until: datetime) -> date:
    return timezone.localdate(until - timedelta(microseconds=1))
