import pytest

from identity.domain.pseudonym import is_pseudonym, new_pseudonym


def test_fresh_values_have_the_form_and_differ() -> None:
    values = [new_pseudonym() for _ in range(1000)]
    assert all(is_pseudonym(value) for value in values)
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("text", ["", "a" * 31, "a" * 33, "a" * 31 + "=", "あ" * 32, "a" * 32 + "\n"])
def test_other_forms_are_none(text: str) -> None:
    assert not is_pseudonym(text)
