import pytest

from consortium.files.sizes import size_text


@pytest.mark.parametrize(
    ("octets", "text"), [(512 * 1024, "512 KB"), (1536 * 1024, "1.5 MB"), (10 * 1024 * 1024, "10 MB")]
)
def test_no_decimal_that_says_nothing(octets, text):
    assert size_text(octets).replace("\xa0", " ") == text
