-- The coded segments that each theme rests on: those under its codes, in included reports. Each once a theme. Worked out when the
-- warehouse is derived (warehouse/materialised/synthesis).
CREATE OR REPLACE VIEW main.theme_support AS
SELECT theme_id, coding_id, code_id, report_id, study_id
FROM core.theme_segment;
