"""[site] of review.toml: what the site may show of other people's words."""

from __future__ import annotations

from schemas.protocol_section import Section


class SiteRules(Section):
    """[site]: whether an update writes the site, and what it shows.

    `quotes`: the words of coded segments, which are the evidence, each with its source; where rights or consent forbid it, only their
    numbers are shown. `abstracts`: those of included reports; databases license them, so they are left out unless you may show them.
    `copies`: the published warehouse for download, and releases that hold abstracts or full texts; other releases may always be had.
    Neither copy nor release may where quotes may not.
    """

    write: bool = True
    quotes: bool = True
    abstracts: bool = False
    copies: bool = False
