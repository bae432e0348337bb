"""A file as it came: its bytes, its encoding, its text in pieces. Nothing here knows a format."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from schemas.errors import UserError

CHUNK = 1 << 24
"""Bytes read at a time. A piece is about as long: long enough for vectorised work, short enough for many in memory."""

LONGEST = 1 << 29
"""Bytes without a record start after which a file is refused: no export holds a record of half a gigabyte."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

CP1252 = "cp1252-bytes"

_LATIN = ("cp1252", "cp1250", "iso8859-2", "iso8859-15", "mac_roman", "cp850")
"""Encodings of Latin scripts; of equals the first."""
_TOLERATED = 0.1
"""The share of characters beyond ASCII that may stand where none does: slips of the pen."""
_IN_WORDS = "’‘·…"
_INSIDE = re.compile(r"(?<=[^\W\d_])[^\x00-\x7f](?=[^\W\d_])")
_AFTER_SMALL = re.compile(r"(?<=[a-z])[^\x00-\x7f]")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 as cp1252; the five that it leaves open as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in wrong), error.end


codecs.register_error(CP1252, _as_cp1252)


@dataclass(frozen=True)
class Source:
    """One export on disk. `name` is what messages call it (the file's own name where it was snapshotted).

    `encoding` is decided once, from the bytes (see `encoding_of`); a BOM or a zero byte is never part of the text. `flawed` UTF-8 has some
    bytes that are none: they are read as cp1252 (two exports joined, or a download cut in the middle of a character).
    `guessed`: nothing in the file says that it is of this encoding.
    """

    path: Path
    name: str
    encoding: str
    bom: bool = False
    flawed: bool = False
    guessed: bool = False

    @classmethod
    def of(cls, path: Path, name: str | None = None) -> Source:
        """The file at `path` with its encoding found out; raises `UserError` where it cannot be read."""
        name = name or str(path)
        try:
            encoding, bom, flawed = encoding_of(path)
        except OSError as error:
            raise UserError(f"cannot be read: {error.strerror or error}", path=name) from error
        guessed = not encoding.startswith("utf") and not _declared(path)
        return cls(path, name, encoding, bom, flawed, guessed)

    @property
    def errors(self) -> str:
        """How bytes are decoded that the encoding does not know."""
        return CP1252 if self.encoding == "utf-8" else "replace"

    def open(self) -> BinaryIO:
        """The bytes, from the start, BOM included."""
        return self.path.open("rb")

    def text(self) -> str:
        """The whole file as text without a BOM; for syntaxes whose files are small."""
        return self.path.read_bytes().decode(self.encoding, self.errors).removeprefix("\ufeff").replace("\0", "")

    def first_text(self, size: int = 1 << 18) -> str:
        """About the first `size` bytes as text without a BOM, for sniffing; every line ends in LF."""
        with self.open() as file:
            decoder = codecs.getincrementaldecoder(self.encoding)(self.errors)
            text = decoder.decode(file.read(size)).removeprefix("\ufeff").replace("\0", "")
            return text.replace("\r\n", "\n").replace("\r", "\n")

    def pieces(self, start: re.Pattern[bytes]) -> Iterator[bytes]:
        """The text as UTF-8 without a BOM, in pieces of about `CHUNK` bytes, each but the first beginning with a record.

        `start` begins with a newline and matches where a record begins on the line after it. A text without LF but with
        CR (old Macintosh) gets LF. Raises `UserError` where `LONGEST` bytes hold no record start.
        """
        plain = self.encoding == "utf-8" and not self.flawed
        decoder = None if plain else codecs.getincrementaldecoder(self.encoding)(self.errors)
        rest = b""
        macintosh = False
        with self.open() as file:
            if self.bom:
                file.seek(next(len(mark) for mark, encoding in BOMS if encoding == self.encoding))
            while chunk := file.read(CHUNK):
                text = (chunk if decoder is None else decoder.decode(chunk).encode()).replace(b"\0", b"")
                macintosh = macintosh or (not rest and b"\r" in text and b"\n" not in text)
                rest += text.replace(b"\r", b"\n") if macintosh else text
                if len(chunk) < CHUNK:  # the file's end
                    continue
                cut = last_start(rest, start)
                if cut:
                    yield rest[:cut]
                    rest = rest[cut:]
                elif len(rest) > LONGEST:
                    raise UserError(f"no record starts within {LONGEST >> 20} MB", path=self.name)
        if decoder is not None:
            rest += decoder.decode(b"", final=True).encode()
        if rest:
            yield rest


def last_start(text: bytes, start: re.Pattern[bytes]) -> int:
    """Where the last record of `text` begins, 0 if none does after its first byte; looked for from the end."""
    window = 1 << 16
    while True:
        offset = max(0, len(text) - window)
        last = 0
        for match in start.finditer(text, offset):
            last = match.start() + 1
        if last or offset == 0:
            return last
        window *= 4


def encoding_of(path: Path) -> tuple[str, bool, bool]:
    """The encoding of a file's text, whether it starts with a BOM, and whether it is UTF-8 with flaws.

    A BOM decides; else UTF-16 shows by its zero bytes, UTF-8 by decoding without error (the whole file is tried, in
    pieces), or with fewer errors than characters; else charset-normalizer looks at a sample, and cp1252 is the fallback.
    """
    with path.open("rb") as file:
        head = file.read(1 << 12)
        bom = next((encoding for mark, encoding in BOMS if head.startswith(mark)), None)
        if bom not in (None, "utf-8"):
            return bom, True, False
        pairs = max(1, len(head) // 2)
        if head[1::2].count(0) > pairs * 0.4 and head[::2].count(0) < pairs * 0.1:
            return "utf-16-le", False, False
        if head[::2].count(0) > pairs * 0.4 and head[1::2].count(0) < pairs * 0.1:
            return "utf-16-be", False, False
        file.seek(0)
        if not _is_utf8(file):
            sample = _telling(path)
            text = sample.decode("utf-8", "surrogateescape")
            wrong = sum("\udc80" <= character <= "\udcff" for character in text)
            right = sum(character > "\x7f" for character in text) - wrong
            if bom or right >= wrong:
                return "utf-8", bom is not None, True
            return _legacy(sample), False, False
    return "utf-8", bom is not None, False


def _declared(path: Path) -> bool:
    """Whether a file says of which encoding it is, as XML does."""
    with path.open("rb") as file:
        return re.match(rb"\s*<\?xml[^<>]*encoding", file.read(512)) is not None


def _is_utf8(file: BinaryIO) -> bool:
    """Whether all that follows in an open file is UTF-8. Polars checks that at several times the speed of Python's codec."""
    rest = b""
    while chunk := file.read(1 << 20):  # short: it stays in the processor's cache
        text = rest + chunk
        # The last three bytes may belong to a character that the next chunk ends.
        cut = next((len(text) - back for back in range(1, 4) if text[-back:][:1] >= b"\xc0"), len(text))
        rest = text[cut:]
        try:
            pl.Series([text[:cut]], dtype=pl.Binary).cast(pl.String)
        except pl.exceptions.PolarsError:
            return False
    try:
        rest.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _telling(path: Path) -> bytes:
    """The lines of a file that tell its encoding: ASCII ones say nothing, and there are thousands."""
    found: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                found.append(line[: 1 << 14])
                size += len(found[-1])
            if size > 1 << 18:
                break
    return b"".join(found)


def _legacy(sample: bytes) -> str:
    """The encoding of text that is not UTF-8.

    Exports in a Latin script are cp1252, unless what it makes of them speaks against it (see `_broken_words`) and another
    encoding of a Latin script makes sound words. In another script every third byte or more is not ASCII, and
    charset-normalizer has enough to go by.
    """
    others = sum(byte > 0x7F for byte in sample)
    if others * 4 >= len(sample):
        from charset_normalizer import from_bytes  # noqa: PLC0415  only where it is needed

        best = from_bytes(sample[: 1 << 16]).best()
        if best and not best.encoding.startswith("utf") and not _is_latin(sample.decode(best.encoding, "replace")):
            return best.encoding
    broken = {encoding: _broken_words(sample.decode(encoding, "replace")) for encoding in _LATIN}
    least = min(_LATIN, key=lambda encoding: broken[encoding])
    return least if broken["cp1252"] - broken[least] > max(1, others * _TOLERATED) else "cp1252"


def _is_latin(text: str) -> bool:
    """Whether most letters beyond ASCII are those of a Latin script."""
    letters = Counter(letter for letter in text if letter > "\x7f" and letter.isalpha())
    latin = sum(n for letter, n in letters.items() if unicodedata.name(letter, "").startswith("LATIN"))
    return latin * 2 > letters.total()


def _broken_words(text: str) -> int:
    """How often a word is broken by what stands in none: between two letters a sign that is no letter (`ciep³a`), or a
    capital beyond ASCII after a small letter (`santŽ`). Apostrophes, dashes, points and blanks may stand between letters.
    """
    signs = [
        sign
        for sign in _INSIDE.findall(text)
        if not (sign.isalpha() or sign in _IN_WORDS or unicodedata.category(sign) in {"Mn", "Pd", "Zs", "Cf"})
    ]
    capitals = [letter for letter in _AFTER_SMALL.findall(text) if letter.isupper()]
    return len(signs) + len(capitals)
