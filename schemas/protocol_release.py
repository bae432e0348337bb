"""[release] of review.toml: what goes into a release, and when one is written."""

from __future__ import annotations

from typing import Literal

from schemas.protocol_section import Section

#: Licences that suit data and texts, by their SPDX names: other programs read no other names.
License = Literal[
    "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0",
    "ODC-By-1.0", "ODbL-1.0", "PDDL-1.0",
]  # fmt: skip


class Release(Section):
    """[release]: a release is made to be passed on, so it holds nobody else's texts unless this says that it may.

    `write`: when a release is written: after each `update`; after each `refresh` too, though
    a team that works may have several a day; or never but when somebody asks for one.
    `abstracts`: whether abstracts, and records as they stood in exports, go with it; `full_texts`: whether the texts of documents do.
    `license`: under which licence the release is passed on.
    """

    write: Literal["update", "refresh", "never"] = "update"
    abstracts: bool = False
    full_texts: bool = False
    license: License | None = None

    @property
    def withheld(self) -> tuple[str, ...]:
        """The kinds of texts that stay out, as the folders of warehouse/withheld are called."""
        return tuple(kind for kind in ("abstracts", "full_texts") if not getattr(self, kind))
