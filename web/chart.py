"""The recall curve as SVG: what was found over what was screened. Colours are the page's, light and dark. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from tasks.screen.order.stopping import Risk

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 640, 260, 44, 36, 12, 12


def draw_recall(curve: Sequence[Risk], total: int) -> Markup:
    """The curve of included reports found, up to the end of all that there is to screen."""
    if not curve:
        return Markup("")
    most = max(risk.found for risk in curve) or 1
    across, up = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def place(screened: int, found: float) -> str:
        return f"{_LEFT + across * screened / max(total, 1):.1f},{_TOP + up * (1 - found / most):.1f}"

    points = " ".join([place(0, 0), *(place(risk.screened, risk.found) for risk in curve)])
    last = curve[-1]
    at_x, at_y = place(last.screened, last.found).split(",")
    said = f"{last.found:,} included reports found among {last.screened:,} screened of {total:,}"
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{said}">'
        '<path class="axis" d="M{l} {t}V{b}H{r}"/>'
        '<text x="{l}" y="{under}" class="tick">0</text><text x="{r}" y="{under}" class="tick end">{total} reports</text>'
        '<text x="{left}" y="{high}" class="tick end">{most}</text>'
        '<polyline class="curve" points="{points}"/><circle class="now" cx="{x}" cy="{y}" r="5"/></svg>'
    ).format(
        w=_WIDTH, h=_HEIGHT, said=said, l=_LEFT, t=_TOP, b=_HEIGHT - _BOTTOM, r=_WIDTH - _RIGHT, under=_HEIGHT - 12,
        total=f"{total:,}", left=_LEFT - 8, high=_TOP + 10, most=f"{most:,}", points=points, x=at_x, y=at_y,
    )  # fmt: skip
