-- What each finding rests on now, as lists that an assessment of confidence can be compared with: segments with their stance,
-- studies, the appraisal of these studies (a hash over all answers), and those of their reports that are retracted. Worked out when the
-- warehouse is derived (warehouse/materialised/synthesis).
CREATE OR REPLACE VIEW main.finding_basis AS
SELECT finding_id, codings, studies, appraisal, retracted
FROM core.finding_basis;
