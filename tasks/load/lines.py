"""The line-tagged syntaxes (RIS, nbib, Web of Science …): one engine, a `Syntax` each.

All of them write a tag and a value on a line, go on over further lines, and begin a record with a known tag. What differs
is data (`Syntax`) and one function that says which lines are tag lines and which of them begin a record. Work is on whole
columns of lines: a piece of 16 MB is split into lines, marked, and folded into tokens without a Python loop.

Lines end with LF or CR LF, never at the other characters that Python takes for line ends (U+000B, U+0085, U+2028 stand
in abstracts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from tasks.load.source import Source
from tasks.load.tokens import FAILED_SCHEMA, OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

BLANKS = " \t\r\n"
BOM = "\ufeff".encode()
NO, YES, INFERRED = 0, 1, 2
"""Whether a record begins on a line: no; yes, by its start tag; yes, although its start tag is missing."""


@dataclass(frozen=True)
class Syntax:
    """One line-tagged syntax.

    `start`: begins with a newline and matches where a record begins on the next line; it cuts the text into pieces and
    counts the records independently of `mark`. `mark`: adds to a frame of lines (`line`, `text`) the columns `tag` (null
    where the line bears none), `value` and `start` (NO, YES or INFERRED). `around`: lines that the writer puts around
    records and that say nothing (counters, headers), a Rust regular expression. `end`: the tag that ends a record, if the
    syntax has one; `titles`: the tags by which lines after it are known to be a record of their own. `indent`: blanks
    before the text of a continuation line. `bare`: whether the start line is only a mark, and no tag of the record. `count`: what
    counts the records, where it is not `start`. `once`: tags of which a record has one.

    Files are joined end to end, and the last line of one may lack its line end: then a record, or a file's header, begins in
    the middle of a line. `anywhere` counts record starts wherever they stand on their line; `joined` (a Rust regular
    expression) matches a line of the two, the end of the one in its first group and the beginning of the other in its
    second; `after`, if given, must match the line after it.
    """

    start: re.Pattern[bytes]
    mark: Callable[[pl.DataFrame], pl.DataFrame]
    around: str
    end: str | None = None
    titles: tuple[str, ...] = ()
    indent: str = ""
    bare: bool = False
    count: re.Pattern[bytes] | None = None
    once: tuple[str, ...] = ()
    anywhere: re.Pattern[bytes] | None = None
    joined: str = ""
    after: str = ""


def tokenise(source: Source, syntax: Syntax) -> Iterator[Tokens]:
    """Tokens of a line-tagged export, piece by piece; `record` and `line` count over the whole file."""
    record, line, ends, cut = 0, 1, 0, 0
    for piece in source.pieces(syntax.start):
        texts = pl.scan_lines(piece, name="text").collect()
        height = texts.height
        padded = b"\n\n" + piece
        counted = len((syntax.count or syntax.start).findall(padded))
        anywhere = len(syntax.anywhere.findall(padded)) if syntax.anywhere else 0
        joints: list[int] = []
        if anywhere > counted or BOM in piece:
            texts, joints = _parted(texts, syntax)
        lines = _close(syntax.mark(texts.with_row_index("line", offset=line)), syntax)
        tokens, records = _fold(lines, syntax, record)
        inferred = int(lines.get_column("start").eq(INFERRED).sum())
        lines = _as_in_file(lines, line, joints)
        yield Tokens(
            _as_in_file(tokens.frame, line, joints),
            max(counted, anywhere) + inferred,
            _as_in_file(tokens.outside, line, joints),
            _as_in_file(tokens.failed, line, joints),
            tokens.around,
        )
        record += records
        line += height
        begun = _last(lines, lines.get_column("start") > NO)
        ended = _last(lines, lines.get_column("tag") == syntax.end) if syntax.end else 0
        ends += ended
        if begun or ended:
            cut = begun if begun > ended else 0
    # Some writers end no record at all; whoever ends the others has not finished the last one.
    if syntax.end and cut and (ends or record == 1):
        yield Tokens(pl.DataFrame(schema=TOKEN_SCHEMA), 0, cut=cut)


def _parted(texts: pl.DataFrame, syntax: Syntax) -> tuple[pl.DataFrame, list[int]]:
    """Lines without BOMs, those of `syntax.joined` as two; and the places, from 0, that second halves have among them."""
    text = pl.col("text")
    joined = text.str.contains(syntax.joined) if syntax.joined else pl.lit(False)
    if syntax.joined and syntax.after:
        joined &= text.shift(-1).str.contains(syntax.after)
    halves = pl.when(joined.fill_null(False)).then(text.str.replace(syntax.joined, "$1\n$2")).otherwise(text)
    parted = texts.with_row_index("place").with_columns(halves.str.split("\n")).explode("text")
    second = parted.get_column("place").is_duplicated() & parted.get_column("place").eq(
        parted.get_column("place").shift(1)
    )
    return parted.select(text.str.strip_chars("\ufeff")), second.fill_null(False).arg_true().to_list()


def _as_in_file(frame: pl.DataFrame, first: int, joints: list[int]) -> pl.DataFrame:
    """The frame with its lines numbered as in the file, where lines were parted at `joints` (see `_parted`)."""
    if not joints:
        return frame
    line = pl.col("line").cast(pl.Int64)
    extra = pl.sum_horizontal([(line >= first + joint).cast(pl.Int64) for joint in joints])
    return frame.with_columns((line - extra).cast(pl.UInt32).alias("line"))


def _last(lines: pl.DataFrame, those: pl.Series) -> int:
    """The number of the last of those lines; 0 where there is none."""
    rows = those.arg_true()
    return int(lines.get_column("line")[int(rows[-1])]) if rows.len() else 0


def mark_by(pattern: str, width: int) -> tuple[pl.Expr, pl.Expr]:
    """Expressions for a line's tag (group 1 of `pattern`, which sees the first `width` characters) and its value.

    The value is the text after all that the pattern matches, without the blanks around it.
    """
    head = pl.col("text").str.head(width)
    tag = head.str.extract(pattern, 1)
    value = pl.col("text").str.slice(head.str.extract(pattern, 0).str.len_bytes()).str.strip_chars(BLANKS)
    return tag, value


def _close(lines: pl.DataFrame, syntax: Syntax) -> pl.DataFrame:
    """Add `record` (1 … within the piece, 0 before the first) and `closed` (after the record's end tag).

    Lines after an end tag, or before the first start, that look like a record without its start tag become one.
    """
    if syntax.end is None:
        return lines.with_columns(record=(pl.col("start") > NO).cum_sum(), closed=pl.lit(False))
    is_end = pl.col("tag").eq_missing(syntax.end)
    lines = lines.with_columns(ended=is_end.cum_sum().shift(1, fill_value=0))
    for orphans_sought in (True, True, False):
        began = pl.col("start") > NO
        lines = lines.with_columns(record=began.cum_sum(), before=pl.when(began).then("ended").forward_fill())
        lines = lines.with_columns(closed=pl.col("ended") > pl.col("before").fill_null(0))
        if not orphans_sought:
            break
        ahead = lines.filter(pl.col("tag").is_not_null() & (pl.col("closed") | (pl.col("record") == 0)))
        if ahead.height and orphans_sought and (early := _early(lines, ahead, syntax)).height:
            lines = lines.with_columns(
                start=pl.when(pl.col("line").is_in(early.get_column("first").implode()))
                .then(pl.lit(YES, pl.UInt8))
                .when(pl.col("line").is_in(early.get_column("begun").implode()))
                .then(pl.lit(NO, pl.UInt8))
                .otherwise("start")
            )
            continue
        firsts = (
            ahead.group_by("ended", "record", maintain_order=True)
            .agg(
                pl.col("line").first(),
                tags=pl.len(),
                titled=pl.col("tag").is_in(syntax.titles).any(),
                ended_here=(pl.col("tag") == syntax.end).any(),
            )
            .filter((pl.col("tags") > 1) & (pl.col("titled") | (pl.col("ended_here") & (pl.col("tags") > 3))))
        )
        if firsts.is_empty():
            break
        inferred = pl.col("line").is_in(firsts.get_column("line").implode())
        lines = lines.with_columns(start=pl.when(inferred).then(pl.lit(INFERRED, pl.UInt8)).otherwise("start"))
    return lines.drop("ended", "before")


def _early(lines: pl.DataFrame, ahead: pl.DataFrame, syntax: Syntax) -> pl.DataFrame:
    """Records whose start tag is not their first: `first`, the line of that, and `begun`, that of the start tag.

    `ahead`: the tagged lines before a start tag that no record has. They are its record's if there is only one start before
    the next end, and nothing of what a record has once stands on both sides of it.
    """
    starts = lines.filter(pl.col("start") > NO).group_by("ended").agg(begun=pl.col("line").first(), starts=pl.len())
    once = pl.col("tag").filter(pl.col("tag").is_in(syntax.once))
    groups = ahead.group_by("ended").agg(first=pl.col("line").first(), tags=pl.len(), before=once)
    groups = groups.filter(pl.col("tags") > 1).join(starts.filter(pl.col("starts") == 1), on="ended")
    groups = groups.filter(pl.col("first") < pl.col("begun"))
    if groups.is_empty():
        return groups
    rest = lines.join(groups.select("ended", "begun"), on="ended").filter(pl.col("line") > pl.col("begun"))
    groups = groups.join(rest.group_by("ended").agg(after=once), on="ended", how="left")
    return groups.filter(pl.col("before").list.set_intersection(pl.col("after").fill_null([])).list.len() == 0)


def _fold(lines: pl.DataFrame, syntax: Syntax, offset: int) -> tuple[Tokens, int]:
    """Tokens of marked lines, and how many records they hold. Records are numbered from `offset`."""
    records = int(lines.get_column("record").max() or 0)  # type: ignore[arg-type]
    inside = pl.col("record") > 0
    # An end tag without a value is the syntax's, not the record's; nor is a bare start line.
    tagged_lines = pl.col("tag").is_not_null()
    empty_end = (
        tagged_lines & pl.lit(False) if syntax.end is None else (pl.col("tag") == syntax.end) & (pl.col("value") == "")
    )
    bare = (pl.col("start") == YES) if syntax.bare else pl.lit(False)
    lines = lines.with_columns(kept=(tagged_lines & inside & ~empty_end & ~bare).fill_null(False))
    tokens = lines.filter("kept").select("record", "line", "tag", "value")

    rest = lines.lazy().with_columns(token=pl.col("kept").cum_sum()).filter(pl.col("tag").is_null() & ~bare)
    rest = rest.select("line", "text", "record", "closed", "token").with_columns(
        text=pl.col("text").str.strip_prefix(syntax.indent).str.strip_chars_end(BLANKS)
    )
    others = rest.collect()
    around = pl.col("text").str.strip_chars(BLANKS).str.contains(syntax.around) & (pl.col("text") != "")
    others = others.with_columns(around=around)
    apart = (pl.col("record") == 0) | pl.col("closed") | _trailing(others, tokens) | _leading(others, tokens)
    others = others.with_columns(outside=apart)
    outside = others.filter(pl.col("outside") & (pl.col("text") != ""))
    more = others.filter(~pl.col("outside"))
    if more.height:
        tails = more.group_by("token", maintain_order=True).agg(
            more=pl.col("text").str.join("\n").str.strip_chars_end(BLANKS)
        )
        rows, more_text = tails.filter(pl.col("more") != "").select(pl.col("token") - 1, "more")
        values = tokens.get_column("value")
        longer = pl.DataFrame([values.gather(rows), more_text]).select(
            pl.concat_str("value", pl.lit("\n"), "more").str.strip_chars_start(BLANKS)
        )
        tokens = tokens.with_columns(values.scatter(rows, longer.to_series()))
    tagged = pl.DataFrame(schema={"line": pl.UInt32, "tag": pl.String, "value": pl.String})
    if lines.get_column("record").first() == 0:
        tagged = lines.filter((pl.col("record") == 0) & pl.col("tag").is_not_null()).select("line", "tag", "value")
    stray = pl.concat(
        [
            outside.filter(~pl.col("around")).select("line", "text"),
            tagged.select("line", text=pl.concat_str("tag", pl.lit("  - "), "value")),
        ]
    ).sort("line")
    failed = pl.DataFrame(schema=FAILED_SCHEMA)
    if syntax.bare:
        starts = lines.filter(pl.col("start") > NO).select("record", "line", raw="text")
        failed = starts.join(tokens, on="record", how="anti").select(
            (pl.col("record") - 1 + offset).cast(pl.UInt32), "line", reason=pl.lit("holds no tag"), raw="raw"
        )
    frame = tokens.select(
        (pl.col("record") - 1 + offset).cast(pl.UInt32), pl.col("line").cast(pl.UInt32), "tag", "value"
    )
    return (
        Tokens(
            frame,
            0,
            stray.cast(dict(OUTSIDE_SCHEMA)),  # type: ignore[arg-type]
            failed.cast(dict(FAILED_SCHEMA)),  # type: ignore[arg-type]
            int(outside.get_column("around").sum()),
        ),
        records,
    )


def _leading(others: pl.DataFrame, tokens: pl.DataFrame) -> pl.Series:
    """Lines of `others` before their record's first token: there is no value that they go on with."""
    if tokens.is_empty():
        return pl.repeat(True, others.height, eager=True)
    token = others.get_column("token")
    owner = tokens.get_column("record").gather((token.cast(pl.Int64) - 1).clip(0))
    return (token == 0) | (owner != others.get_column("record"))


def _trailing(others: pl.DataFrame, tokens: pl.DataFrame) -> pl.Series:
    """Lines of `others` after a record's last token after which only such lines follow: they stand between records."""
    candidates = others.filter(pl.col("around") & ~pl.col("closed") & (pl.col("record") > 0))
    if candidates.is_empty():
        return pl.repeat(False, others.height, eager=True)
    content = pl.concat(
        [
            tokens.select("record", "line"),
            others.filter(~pl.col("around") & (pl.col("text") != "")).select("record", "line"),
        ]
    )
    last = content.group_by("record").agg(last=pl.col("line").max())
    return (
        others.join(last, on="record", how="left", maintain_order="left")
        .select((pl.col("line") > pl.col("last")).fill_null(False))
        .to_series()
    )
