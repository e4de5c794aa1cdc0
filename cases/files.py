"""Which files may become evidence: an allow-list, content that agrees with the name, a size, no card numbers in text.

Word and Excel files are refused: they hold what nobody sees (card numbers, scripts) and opening them to look is the
risk itself. They are kept as PDF, or as CSV when they are lists, which are read through. Nothing is ever unpacked.
Pictures, sound and PDF are not searched for card numbers: the person who adds them looks.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Protocol

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import card_numbers
from cases.errors import CaseError

DEFAULT_LIMIT: Final = 20 * 1024 * 1024
LONGEST_NAME: Final = 200
TEXT: Final = "text/plain"

# Extension → content types `filetype` may say; the first is what is stored. Text has no signature.
ALLOWED: Final[dict[str, tuple[str, ...]]] = {
    "pdf": ("application/pdf",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "png": ("image/png",),
    "heic": ("image/heic",),  # telephones
    "webp": ("image/webp",),
    "mp3": ("audio/mpeg",),
    "wav": ("audio/x-wav", "audio/wav"),
    "m4a": ("audio/mp4", "video/mp4"),  # one container, told apart by a brand that recorders set freely
    "amr": ("audio/amr",),
    "mp4": ("video/mp4", "audio/mp4"),
    "txt": (TEXT,),
    "csv": ("text/csv",),
}
READ_THROUGH: Final = ("text/plain", "text/csv")
# Chinese Windows still writes text in GBK; GB 18030 holds it whole.
ENCODINGS: Final = ("utf-8-sig", "gb18030")


class FileRefused(CaseError):
    """The file cannot become evidence."""

    sentence = _("This file cannot be kept as evidence.")

    def __init__(self, sentence: str | Promise | None = None) -> None:
        super().__init__(sentence, field="upload")


class Upload(Protocol):
    """What a browser sent: Django's UploadedFile, or anything with a name and bytes."""

    @property
    def name(self) -> str | None: ...

    def read(self, num_bytes: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its name without folders, its content type by its content, its bytes."""

    name: str
    content_type: str
    data: bytes


def limit() -> int:
    """How large a file may be, in bytes: REDRESS["EVIDENCE_MAX_BYTES"], 20 MB unless set."""
    return int(settings.REDRESS.get("EVIDENCE_MAX_BYTES", DEFAULT_LIMIT))


def checked(upload: Upload) -> Checked:
    """Read the upload and judge it. FileRefused says what is wrong; never reads more than one byte over the limit."""
    name = _name(upload.name or "")
    kinds = ALLOWED.get(PurePosixPath(name).suffix.lower().lstrip("."))
    if kinds is None:
        raise FileRefused(
            _("This kind of file is not kept. Use PDF, JPEG, PNG, HEIC, WEBP, MP3, WAV, M4A, AMR, MP4, TXT or CSV.")
        )
    data = upload.read(limit() + 1)
    if not data:
        raise FileRefused(_("The file is empty."))
    if len(data) > limit():
        raise FileRefused(_("The file is larger than %(size)d MB.") % {"size": limit() // (1024 * 1024)})
    _agrees(data, kinds)
    return Checked(name=name, content_type=kinds[0], data=data)


def _name(name: str) -> str:
    # A browser may send a whole path of either system; only its last part is a name.
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1]).strip().strip(".")
    if not last or len(last) > LONGEST_NAME or not last.isprintable():
        raise FileRefused(_("The file name cannot be kept. Rename the file and add it again."))
    try:
        card_numbers.refuse(last)
    except ValidationError:
        raise FileRefused(_("The file name holds a full card number or a secret of a card. Rename the file.")) from None
    return last


def _agrees(data: bytes, kinds: tuple[str, ...]) -> None:
    if kinds[0] in READ_THROUGH:
        _read_through(data)
        return
    said = filetype.guess_mime(data[:8192])
    if said not in kinds:
        raise FileRefused(_("The content of the file is not what its name says."))


def _read_through(data: bytes) -> None:
    text = _text(data)
    if filetype.guess_mime(data[:8192]) is not None or any(sign < " " and sign not in "\t\r\n\f" for sign in text):
        raise FileRefused(_("The content of the file is not what its name says."))
    try:
        card_numbers.refuse(text)
    except ValidationError as refusal:
        raise FileRefused(refusal.messages[0]) from None


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Notepad calls Unicode
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(_("The text of the file cannot be read. Save it as UTF-8."))
