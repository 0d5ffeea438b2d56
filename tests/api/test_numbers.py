"""A 個人番号 is refused as a JSON number too: a text field would take it as text."""

import pytest
from rest_framework.exceptions import ValidationError

from consortium.api.refusals import refuse
from consortium.domain.my_number import check_digit

NUMBER = "12345678901"


def test_my_number_as_a_number() -> None:
    with pytest.raises(ValidationError):
        refuse({"title": int(NUMBER + check_digit(NUMBER))})


@pytest.mark.parametrize("value", [0, -1, 332149, True, None, 1.5])
def test_other_numbers_pass(value: object) -> None:
    refuse({"value": value})
