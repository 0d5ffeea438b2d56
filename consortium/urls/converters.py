"""Path converters."""

from django.urls import register_converter


class MunicipalityCodeConverter:
    """Six digits as text, leading zero kept; the middleware checks that the code exists."""

    regex = "[0-9]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MunicipalityCodeConverter, "municipality")
