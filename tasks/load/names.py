"""Authors as 'Family, Given', whatever the platform made of them; vectorised over all names of a piece.

A corporate author stays as it stands: a name is only turned round where its form shows it (initials) or where the mapping
says that the platform writes given names first.
"""

from __future__ import annotations

import polars as pl

INITIALS = r"(?:\p{Lu}\.?[- ]?){1,4}"
JOINED = rf"^[^,;]{{2,40}} {INITIALS}(?:, [^,;]{{2,40}} {INITIALS})+\.?(?:,? et al\.?)?$"
"""Several authors in one value (Ovid's CENTRAL): 'Bywater T, Hutchings J, …', each a family name and initials."""
DEGREES = r"(?:F(?:RC|AC|AA)[A-Z]{1,4}|MD|M\.D|PhD|Ph\.D|MPH|MSc|MSN|MBA|BSc|RN|FRCP|DrPH|EdD|PsyD|DNP)"
YOUNGER = r"(?:Jr\.?|Sr\.?|II|III|IV|2nd|3rd|4th)"
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
        .str.replace(rf"(?:,? {DEGREES}\b\.?)+$", "")
        .str.replace(r"(^|, )(?:(?:Prof|Dr|Mrs?|Ms)\. ?)+", "$1")
        .str.replace(r"(\p{Ll}{2})\.$", "$1")
    )
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
        turned = rf"^(.+?) ((?:(?i:van|von|der|den|de|da|dos|del|della|di|la|le|ter|ten|bin|al|el) )*[^ ]+?)((?: {YOUNGER})?)$"
        plain = name.str.replace(turned, "$2, $1$3")
    return pl.when(name.str.contains(",", literal=True)).then(comma).otherwise(plain).str.strip_chars(" ,")


def authors(lists: pl.Series, *, given_first: bool = False) -> pl.Series:
    """List(String) of names as exported → List(String) of 'Family, Given', null where there is none."""
    frame = pl.DataFrame({"record": pl.int_range(lists.len(), dtype=pl.UInt32, eager=True), "name": lists})
    names = frame.drop_nulls("name").explode("name").drop_nulls("name")
    # 'Werner, S. M. [Author, Reprint Author; E-mail: …]'; a name that is all brackets stays.
    distinct = names.select(pl.col("name").unique(maintain_order=True)).with_columns(
        one=pl.col("name").str.replace(r"^([^\[]+?)\s*\[.*$", "$1")
    )
    several = pl.col("one").str.contains(r"[;,].*[;,]|;| [\p{Lu}.]+, ")
    if distinct.select(several.any()).item():
        split = pl.when(several).then(_split(pl.col("one"))).otherwise(pl.concat_list("one"))
        distinct = distinct.with_columns(one=split).explode("one")
    distinct = distinct.select("name", tidy=family_first(pl.col("one"), given_first=given_first))
    nobody = (
        pl.col("tidy")
        .str.to_lowercase()
        .is_in(["", "na", "n/a", "anonymous", "anon", "anon.", "[anonymous]", "et al", "et al.", "jr", "jr."])
    )
    names = names.join(distinct.filter(~nobody), on="name", maintain_order="left_right")
    tidy = names.group_by("record", maintain_order=True).agg(name="tidy")
    return (
        frame.select("record")
        .join(tidy, on="record", how="left", maintain_order="left")
        .get_column("name")
        .alias("authors")
    )


def _split(value: pl.Expr) -> pl.Expr:
    """A value of one or several names → the list of them."""
    return (
        pl.when(value.str.contains(";", literal=True))
        .then(value.str.split(";"))
        .when(value.str.contains(JOINED))
        .then(value.str.split(", "))
        .when(value.str.contains(PAIRED))
        .then(value.str.replace_all(rf"(, {INITIALS}), ", "$1\x1f").str.split("\x1f"))
        .otherwise(pl.concat_list(value))
    )
