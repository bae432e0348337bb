"""Archives: what Python's zipfile raises for one that is damaged, encrypted, or of a kind that it does not know."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib

#: Of a directory or a member. The packings' own errors (zlib, LZMA; bzip2 raises OSError) have no base in common; an encrypted
#: member is a RuntimeError, and a packing that is not known a NotImplementedError, which is one too.
UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError)
