-- The coded segments of included reports that each finding rests on, with their stance. What is said of one coding outweighs what is said of its
-- code, and the later line the earlier: each coding stands once a finding. Worked out when the
-- warehouse is derived (warehouse/materialised/synthesis).
CREATE OR REPLACE VIEW main.finding_support AS
SELECT finding_id, coding_id, stance, code_id, document_id, quote, report_id, study_id
FROM core.finding_segment;
