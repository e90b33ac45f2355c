"""Files on their way in: sealed as they arrive, so that nothing uploaded ever lies on the disk in clear (PROMISES P24)."""

from __future__ import annotations

import os
import tempfile
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from strandline.web.errors import TooLarge

MOST_BYTES = 512 * 1024 * 1024
_LENGTH = 4


class Sealed:
    """A temporary file whose pieces are sealed with a key that lives in memory only; written once, read in order."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file, self._cipher = file, AESGCM(key)
        self._number = 0
        self._left = b""

    def put(self, piece: bytes) -> None:
        sealed = self._cipher.encrypt(self._number.to_bytes(12, "big"), piece, None)
        self._file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._number += 1

    def rewind(self) -> None:
        self._file.seek(0)
        self._number, self._left = 0, b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            head = self._file.read(_LENGTH)
            if not head:
                break
            sealed = self._file.read(int.from_bytes(head, "big"))
            self._left += self._cipher.decrypt(self._number.to_bytes(12, "big"), sealed, None)
            self._number += 1
        piece, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return piece

    def close(self) -> None:
        self._file.close()


class SealedUpload(FileUploadHandler):
    """Takes every uploaded file into a sealed temporary file that is gone when the request is."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 -- Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > MOST_BYTES + 1024 * 1024:
            raise TooLarge("The file is larger than what is taken.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        folder = settings.HOME / "tmp"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._size = 0
        self._sealed = Sealed(tempfile.TemporaryFile(dir=folder), os.urandom(32))  # noqa: SIM115 -- read after this

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > MOST_BYTES:
            self._sealed.close()
            raise TooLarge("The file is larger than what is taken.")
        self._sealed.put(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        self._sealed.rewind()
        return UploadedFile(
            file=self._sealed,  # type: ignore[arg-type]  # read from beginning to end, which is all that is done
            name=self.file_name,
            content_type=self.content_type or "",
            size=file_size,
            charset=self.charset,
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "_sealed"):
            self._sealed.close()
