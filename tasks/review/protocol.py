"""The protocol of a review as it stands now, checked."""

from __future__ import annotations

from schemas.errors import UserError
from schemas.protocol import ReadProtocol, find_line
from tasks.publish.checklist import find_unknown_statement
from tasks.synthesise.checklist import read_checklists
from warehouse.review import Review


def check_protocol(review: Review) -> ReadProtocol:
    """The protocol as it stands now, and what it names is there. Raises UserError with the line of what is wrong."""
    read = review.protocol()
    try:
        read_checklists(read.protocol.appraisal)
    except UserError as error:
        line = find_line(read.text, ("appraisal", "checklist"))
        raise UserError(error.message, path=review.protocol_path, line=line, hint=error.hint) from None
    if wrong := find_unknown_statement(read.protocol):
        place, message = wrong
        raise UserError(message, path=review.protocol_path, line=find_line(read.text, place))
    return read
