"""LaTeX in BibTeX values to plain text: accents, named characters, escapes, braces. Nothing is dropped but markup.

A general LaTeX reader takes `%` for a comment and `~` for a blank; exports write both unescaped and mean them.
"""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = dict(zip("`'^~=u.\"rHvdckb", (chr(int(code, 16)) for code in (
    ["300", "301", "302", "303", "304", "306", "307", "308", "30a", "30b", "30c", "323", "327", "328", "331"]
)), strict=True))  # fmt: skip
_NAMED = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
    "textquotedblright": "”", "textquotesingle": "'", "guillemotleft": "«", "guillemotright": "»",
    "textregistered": "®",
    "texttrademark": "™", "textcopyright": "©", "copyright": "©", "textdegree": "°", "degree": "°", "ldots": "…",
    "dots": "…", "textellipsis": "…", "textless": "<", "textgreater": ">", "textbar": "|", "textbraceleft": "\ue000",
    "textbraceright": "\ue001", "textbackslash": "\ue002",
    "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_", "textdollar": "\ue003", "textpercent": "%",
    "pounds": "£", "textsterling": "£", "euro": "€", "texteuro": "€", "S": "§", "P": "¶", "textmu": "µ",
    "textbullet": "•",
    "times": "×", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "lt": "<", "gt": ">", "neq": "≠",
    "approx": "≈",
    "sim": "∼", "cdot": "·", "rightarrow": "→", "leftarrow": "←", "infty": "∞", "circ": "°", "backslash": "\\",
    "textonehalf": "½", "textonequarter": "¼", "exclamdown": "¡", "questiondown": "¿", "textexclamdown": "¡",
    "textquestiondown": "¿", "slash": "/", "thinspace": " ", "newline": "\n",
}  # fmt: skip
for _code in (*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3C2), *range(0x3C3, 0x3CA)):
    _word = unicodedata.name(chr(_code)).split()[-1].replace("LAMDA", "LAMBDA").lower()  # Unicode spells it so
    _NAMED[_word if _code > 0x3AF else _word.capitalize()] = chr(_code)

_ACCENTED = re.compile(
    r"\\(?:([`'^~=.\"])[ ]?(?:\{[ ]?(?:\\([ij])|([A-Za-z]))[ ]?\}|\\([ij])(?![A-Za-z])|([A-Za-z]))"
    r"|([uvHcdbkr])(?:[ ]?\{[ ]?(?:\\([ij])|([A-Za-z]))[ ]?\}|[ ]([A-Za-z])(?![A-Za-z])))"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)(\{\}|(?=[^A-Za-z]|$)[ ]?)")
_FONT = re.compile(
    r"\\(?:text(?:it|bf|sc|rm|tt|sf|sl|up|normal|superscript|subscript)|emph|math(?:rm|it|bf|sf|cal)|text|mbox|url|ensuremath|"
    r"em|it|bf|sc|rm|tt)(?=[\s{])[ ]?"
)
_ESCAPED = re.compile(r"\\([&%$#_{}~^, -])")
_MATHS = re.compile(r"\$([Α-Ωα-ω×±≤≥≠≈∼·→←∞°<>=+~^_-]{1,6})\$")
_KEPT = {"{": "\ue000", "}": "\ue001", "\\": "\ue002", "$": "\ue003"}
"""Characters that are text, and not markup, while markup is resolved."""


def plain(value: str) -> str:
    """The text that a BibTeX value stands for."""
    if "\\" in value:
        value = _FONT.sub("", _ACCENTED.sub(_accented, value))
        value = _ESCAPED.sub(lambda found: _KEPT.get(found[1], "" if found[1] == "-" else found[1]), value)
        value = _COMMAND.sub(lambda found: _NAMED.get(found[1], found[0]), value)
    if "{" in value or "}" in value:
        value = value.replace("{", "").replace("}", "")
    if "$" in value:
        value = _MATHS.sub(r"\1", value)
    for character, kept in _KEPT.items():
        value = value.replace(kept, character)
    return value


def _accented(found: re.Match[str]) -> str:
    mark = found[1] or found[6]
    letter = next(part for part in (*found.groups()[1:5], *found.groups()[6:9]) if part)
    return unicodedata.normalize("NFC", letter + _ACCENTS[mark])
