"""Authors as 'Family, Given', whatever the platform made of them; vectorised over all names of a piece.

A corporate author stays as it stands: a name is only turned round where its form shows it (initials) or where the mapping
says that the platform writes given names first.
"""

from __future__ import annotations

import polars as pl

INITIALS = r"(?:\p{Lu}\.?[- ]?){1,4}"
JOINED = rf"^[^,;]{{2,40}} {INITIALS}(?:, [^,;]{{2,40}} {INITIALS})+\.?(?:,? et al\.?)?$"
"""Several authors in one value (Ovid's CENTRAL): 'Bywater T, Hutchings J, …', each a family name and initials."""
MIXED_DEGREES = r"(?:Ph\.? ?D|M\.?Sc|B\.?Sc|Dr\.?PH|Ed\.?D|Psy\.?D|D\.?Phil|M\.?Phil|M\.?Ed|B\.?Ed|Pharm\.?D)"
"""Degrees that cannot be initials, for they have small letters."""
DEGREES = (
    rf"(?:F(?:RC|AC|AA)[A-Z]{{1,4}}|M\.?D|M\.?P\.?H|M\.?S\.?N|M\.?B\.?A|R\.?N|D\.?N\.?P|D\.?D\.?S|{MIXED_DEGREES})"
)
"""Degrees as they follow a name. In capitals they may be initials: 'Longo, M.D.' is a person of two given names."""
PARTICLES = r"(?i:van|von|der|den|de|da|dos|del|della|di|la|le|ter|ten|bin|al|el)"
GIVEN_FIRST = rf"^\p{{Lu}}\p{{Ll}}+(?:-\p{{Lu}}\p{{Ll}}+)? (?:\p{{Lu}}\. ?)+(?:{PARTICLES} )*\p{{Lu}}[\p{{L}}'’-]+$"
"""A name that can only be read given name first: 'Jacqueline M. Otal'."""
PERSON = rf"^\p{{Lu}}[\p{{L}}'’.-]*(?: (?:{PARTICLES}|\p{{Lu}}[\p{{L}}'’.-]*)){{1,4}}$"
"""A name of two words or more, all with a capital letter or a particle: no group's with 'of', 'for', 'and' in it."""
AND = r"(, [^,;&]+) (?:&|and) ([^,;&]+, )"
"""Between two names that each have their comma: 'Lastnb, Firstnb & Lastnd, Firstnd'."""
YOUNGER = r"(?:Jr\.?|Sr\.?|II|III|IV|2nd|3rd|4th)"
NOBODY = (
    "",
    "na",
    "n/a",
    "anonymous",
    "anon",
    "anon.",
    "[anonymous]",
    "et al",
    "et al.",
    "others",
    "and others",
    "jr",
    "jr.",
)
"""What stands in the place of names, and is none."""
PAIRED = rf"^[^,;]{{2,40}}, {INITIALS}(?:, [^,;]{{2,40}}, {INITIALS})+$"
"""Several authors in one value, as 'Bywater, T., Hutchings, J., …'."""


def family_first(name: pl.Expr, *, given_first: bool = False) -> pl.Expr:
    """One name → 'Family, Given'."""
    name = name.str.replace_all(r"\s+", " ").str.strip_chars(" ,;")
    # Journals@Ovid: 'Slade, Martin D. MPH 1,2,*'; Web of Science: 'Tarn, Ida (tarn@example.org)'; PubMed: 'Tarn I(#)'; Springer:
    # 'Tarn, Prof. Ida'. Some databases end a name with a full stop.
    name = (
        name.str.replace(r"\s*\((?:[#*†‡]|\d+|[^()]*@[^()]*)\)$", "")
        .str.replace(r" (?:\d{1,3}|[*+†‡§#])(?:[ ,]*(?:\d{1,3}|[*+†‡§#]))*$", "")
        .str.replace(r",? et al\.?$", "")
        .str.replace(rf"(?:,? {MIXED_DEGREES}\b\.?)+$", "")
        .str.replace(rf"^([^,]+, ?[^,]*?\p{{L}}\p{{Ll}}[^,]*?)(?:,? {DEGREES}\b\.?)+$", "$1")
        .str.replace(rf"^([^,]+, ?[^,]+?)(?:, {DEGREES}\b\.?)+$", "$1")
        .str.replace(r"(^|, )(?:(?:Prof|Dr|Mrs?|Ms)\. ?)+", "$1")
        .str.replace(r"(\p{Ll}{2})\.$", "$1")
    )
    if given_first:
        name = name.str.replace(rf"^([^,]*\p{{Ll}} [^,]*\p{{Ll}}[^,]*?)(?:,? {DEGREES}\b\.?)+$", "$1")
    comma = name.str.replace(r"^([^,]+?)\s*,\s*(.+)$", "$1, $2")
    trailing = rf"^(.*\p{{L}}{{2,}}\.?(?: \p{{Lu}}\p{{L}}+)*) ({INITIALS})$"
    younger = rf"^(\p{{Lu}}.*\p{{Ll}}) ({INITIALS}) ({YOUNGER})$"
    leading = rf"^({INITIALS}(?:[ -]?{INITIALS})*) ?((?:\p{{Ll}}+ )*\p{{Lu}}[\p{{L}}'’-]+(?: \p{{Lu}}[\p{{L}}'’-]+)*)$"
    plain = (
        pl.when(name.str.contains(r"^(?:\p{Lu}\.[- ]?)+ ?"))
        .then(name.str.replace(leading, "$2, $1"))
        .when(name.str.contains(younger))
        .then(name.str.replace(younger, "$1, $2 $3"))
        .when(name.str.contains(trailing) & name.str.contains(r"[\p{Ll}]"))
        .then(name.str.replace(trailing, "$1, $2"))
        .otherwise(name)
    )
    if given_first:
        turned = rf"^(.+?) ((?:{PARTICLES} )*[^ ]+?)((?: {YOUNGER})?)$"
        plain = name.str.replace(turned, "$2, $1$3")
    return pl.when(name.str.contains(",", literal=True)).then(comma).otherwise(plain).str.strip_chars(" ,")


def authors(lists: pl.Series, *, given_first: bool = False) -> pl.Series:
    """List(String) of names as exported → List(String) of 'Family, Given', null where there is none."""
    frame = pl.DataFrame({"record": pl.int_range(lists.len(), dtype=pl.UInt32, eager=True), "name": lists})
    names = frame.drop_nulls("name").explode("name").drop_nulls("name")
    # 'Werner, S. M. [Author, Reprint Author; E-mail: …]'; a name that is all brackets stays.
    distinct = names.select(pl.col("name").unique(maintain_order=True)).with_columns(
        single=pl.col("name").str.replace(r"^([^\[]+?)\s*\[.*$", "$1")
    )
    several = pl.col("single").str.contains(r"[;,].*[;,]|;|；| [\p{Lu}.]+, ")
    if distinct.select(several.any()).item():
        split = pl.when(several).then(_split(pl.col("single"))).otherwise(pl.concat_list("single"))
        distinct = distinct.with_columns(single=split).explode("single")
    distinct = distinct.with_columns(tidy=family_first(pl.col("single"), given_first=given_first))
    distinct = distinct.filter(~pl.col("tidy").str.to_lowercase().is_in(NOBODY))
    names = names.join(distinct, on="name", maintain_order="left_right")
    if not given_first:
        names = _turned(names)
    tidy = names.group_by("record", maintain_order=True).agg(name="tidy")
    return (
        frame.select("record")
        .join(tidy, on="record", how="left", maintain_order="left")
        .get_column("name")
        .alias("authors")
    )


def _turned(names: pl.DataFrame) -> pl.DataFrame:
    """The names (`record`, `single`, `tidy`) of records that write the given name first by the family name first.

    That shows by shape: none of the record's names has a comma, and one of them, or of all the piece's if it has no comma
    at all, can be read in no other way.
    """
    if not names.select(pl.col("single").str.contains(GIVEN_FIRST).any()).item():
        return names
    shown, comma = pl.col("single").str.contains(GIVEN_FIRST), pl.col("single").str.contains(",", literal=True)
    nowhere = ~comma.any()
    so = ~comma.any().over("record") & (shown.any().over("record") | nowhere) & pl.col("single").str.contains(PERSON)
    turned = family_first(pl.col("single"), given_first=True)
    return names.with_columns(tidy=pl.when(so).then(turned).otherwise("tidy"))


def _split(value: pl.Expr) -> pl.Expr:
    """A value of one or several names → the list of them."""
    value = value.str.replace_all(AND, "$1; $2").str.replace_all("；", ";", literal=True)
    return (
        pl.when(value.str.contains(";", literal=True))
        .then(value.str.split(";"))
        .when(value.str.contains(JOINED))
        .then(value.str.split(", "))
        .when(value.str.contains(PAIRED))
        .then(value.str.replace_all(rf"(, {INITIALS}), ", "$1\x1f").str.split("\x1f"))
        .otherwise(pl.concat_list(value))
    )
