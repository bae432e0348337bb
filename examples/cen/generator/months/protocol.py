"""The protocol as the team amends it: in March, when the review begins to live by itself, and in September."""

from __future__ import annotations

from examples.cen.generator.months.files import ALERT_SUBJECT
from examples.cen.generator.months.people import RETRACTED

CERTIFICATE = "mailbox-certificate.pem"
USER = "cen-review"

SERVICE_SOURCE = """\
# Added in March: a service that each update asks by itself. In the simulation a server of the example answered in its place; since that
# has ended, 'living-review update' asks the real Europe PMC, over the internet. Only records of the example have these words.
[[source]]
name = "europepmc"
database = "Europe PMC"
platform = "Europe PMC"
service = "europepmc"
window_from = 2003-01-01
strategy = 'ABSTRACT:"this is a fictional record of a worked example"'

"""

_MAILBOX = f'''
# Added in March: PubMed's alert comes by mail. The mailbox is one of the simulation's, and gone when that has ended.
[mailbox]
host = "127.0.0.1"
port = {{port}}
user = "{USER}"
certificate = "{CERTIFICATE}"

[[mailbox.rule]]
source = "pubmed"
subject = "{ALERT_SUBJECT}"
'''

_LIVING = """
[living]
why = "Services change faster than reviews of them, and the question matters to those who plan them (made up for the example)"
produce = "A new version each month; a new synthesis when a trigger of [synthesis] says so"
disseminate = "As a static site, with each version's files"
retirement = "When three years have passed without a newly included study"
version_every_days = 45
"""

_PSYCINFO = '''\
# Added in September, on the advice of a peer reviewer of the first version.
[[source]]
name = "psycinfo"
database = "APA PsycINFO"
platform = "Ovid"
window_from = 2003-01-01
limits = "Published 2003 or later; no limit on language or country"
strategy = """
ILLUSTRATION ONLY, an addition of this example
1 exp Personality Disorders/
2 (complex emotional need* or personality disorder*).tw.
3 1 or 2
4 exp Community Mental Health Services/
5 3 and 4
"""

'''
_OTHER_METHODS = "# --- Other methods: PRISMA's second column"


def name_simulation(protocol: str) -> str:
    """The protocol with a title that says that time is simulated."""
    return _replace(protocol, "(worked example)", "(worked example, in simulated time)")


def amend_in_march(protocol: str, port: int) -> str:
    """Feeds: a service, and a mailbox at this port; two sources are searched by the quarter; why the review lives; and what is
    done with a report that was retracted."""
    amended = _replace(protocol, _OTHER_METHODS, SERVICE_SOURCE + _OTHER_METHODS)
    # What an alert tells of has no end; the exports say their windows in the notes beside them.
    closed = 'platform = "PubMed"\nwindow_from = 2003-01-01\n'
    amended = _replace(amended, f"{closed}window_to = 2019-12-31\n", closed)
    for database in ("HMIC", "Social Policy and Practice"):
        amended = _replace(amended, f'database = "{database}"\n', f'database = "{database}"\nevery_days = 92\n')
    last = '[[eligibility.exclusion]]\nreason = "Before 2003"\n'
    reason = f'[[eligibility.exclusion]]\nreason = "{RETRACTED}"\ndefinition = "The report was retracted; added in March"\n\n'
    return _replace(amended, last, reason + last).rstrip("\n") + "\n" + _LIVING + _MAILBOX.format(port=port)


def amend_in_september(protocol: str) -> str:
    """A seventh database, and a third reviewer."""
    amended = _replace(protocol, _OTHER_METHODS, _PSYCINFO + _OTHER_METHODS)
    return _replace(amended, 'reviewers = ["Ada", "Ben"]', 'reviewers = ["Ada", "Ben", "Cleo"]')


def _replace(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"'{old}' stands {text.count(old)} times in the protocol")
    return text.replace(old, new)
