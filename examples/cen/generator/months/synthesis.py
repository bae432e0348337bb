"""What comes of the included reports in months 3 to 12: the form, the appraisal, and the coding project as it then stands."""

from __future__ import annotations

from examples.cen.generator import coding
from examples.cen.generator.months.calendar import MONTHS
from examples.cen.generator.months.results import DOUBLE_CODED, MERGED, RENAMED, STUDIES, STUDY_OF
from examples.cen.generator.studies import STUDIES as FIRST_STUDIES
from examples.cen.generator.studies import appraisal_table, characteristics_table

#: The months in which somebody worked on the coding project.
CODED = tuple(month for month in MONTHS if month in (*STUDY_OF, RENAMED[0], MERGED[0]))


def study_files(month: str) -> dict[str, bytes]:
    """The extraction form, the appraisal and the coding project, in the months in which they changed."""
    made = {}
    if name := STUDY_OF.get(month):
        known = [study for study in STUDIES if study.name in [STUDY_OF[one] for one in STUDY_OF if one <= month]]
        made["extraction/characteristics.csv"] = characteristics_table([*FIRST_STUDIES, *known], corrected=True)
        made[f"appraisal/casp-{month}.csv"] = appraisal_table([study for study in known if study.name == name])
    if month in CODED:
        made[f"coding/cen-{month}.qdpx"] = coding.write(project(month))
    return made


def project(month: str) -> coding.Project:
    """The coding project at the end of a month."""
    second = coding.SECOND
    worked = [one for one in CODED if one <= month]
    if not worked:
        return second
    coded = {
        key: f"{one}-24T10:00:00Z"
        for one in STUDY_OF
        if one <= month
        for study in STUDIES
        if study.name == STUDY_OF[one]
        for key in study.reports
    }
    double = (*second.double_coded, DOUBLE_CODED) if DOUBLE_CODED in coded else second.double_coded
    renamed = dict(second.renamed) | ({RENAMED[1]: RENAMED[2]} if month >= RENAMED[0] else {})
    merged = {MERGED[1]: MERGED[2]} if month >= MERGED[0] else {}
    return coding.Project(
        f"{worked[-1]}-24T10:00:00Z", dict(second.documents) | coded, double, renamed, second.added, merged
    )
