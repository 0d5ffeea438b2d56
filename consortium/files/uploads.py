"""Requests that are larger than any form of ours allows are refused before a byte of them is read."""

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MEGABYTE: Final = 1 << 20


class Limit(FileUploadHandler):
    """First of the upload handlers; leaves the work to the others."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *args: Any, **kw: Any
    ) -> None:
        if content_length > settings.UPLOAD_MAX_MB * MEGABYTE:
            raise RequestDataTooBig("The upload is too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
