"""Unpaywall: where the full text of a report stands open, a DOI a call. It asks for a contact address."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

import polars as pl

from schemas.errors import UserError
from tasks.search.http import Http, Request, ServiceError
from tasks.search.service import Page, UnreadableError, parse_json, value_at

#: `status`: gold, hybrid, bronze, green or closed; `url`: the best place, the PDF where there is one; `updated`: a day.
OPEN = pl.Schema(
    {
        "doi": pl.String,
        "open": pl.Boolean,
        "status": pl.String,
        "url": pl.String,
        "version": pl.String,
        "license": pl.String,
        "updated": pl.String,
    }
)


@dataclass(frozen=True)
class OpenTexts:
    """`found`: a row a DOI that Unpaywall knows (schema OPEN); `unknown`: DOIs that it does not; `reason`: why it ended
    early, if it did; the DOIs not asked for are in neither."""

    found: pl.DataFrame
    unknown: tuple[str, ...]
    reason: str = ""


def fetch_open_texts(dois: Iterable[str], http: Http, save: Callable[[Page], object]) -> OpenTexts:
    """Asks for each DOI once. Raises UserError where there is no contact address to give."""
    if not http.contact:
        raise UserError("Unpaywall asks for an e-mail address", hint="set LIVING_REVIEW_CONTACT")
    rows: list[dict[str, object]] = []
    unknown: list[str] = []
    reason = ""
    for number, doi in enumerate(dict.fromkeys(dois), start=1):
        request = Request("unpaywall", f"/{quote(doi, safe='/')}", ())
        try:
            body = http.fetch(request)
            save(Page(body, http.canonical(request), "unpaywall", "unpaywall", number, holds_records=False))
            rows.append(read(body))
        except ServiceError as error:
            if error.status not in (404, 422):
                reason = str(error)
                break
            unknown.append(doi)
        except UnreadableError as error:
            reason = f"unpaywall {error}"
            break
    return OpenTexts(pl.DataFrame(rows, schema=OPEN), tuple(unknown), reason)


def read(body: bytes) -> dict[str, object]:
    """One answer as a row of OPEN. Raises UnreadableError where it is none."""
    data = parse_json(body)
    best = data.get("best_oa_location") or {}
    return {
        "doi": value_at(data, "doi", str).casefold(),
        "open": value_at(data, "is_oa", bool),
        "status": data.get("oa_status"),
        "url": best.get("url_for_pdf") or best.get("url"),
        "version": best.get("version"),
        "license": best.get("license"),
        "updated": str(data.get("updated") or "")[:10] or None,
    }
