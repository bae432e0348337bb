-- QDA projects that count: the newest delivery of each, and beside it colleagues' copies with codings of their own. What was
-- coded on the page is one more, of arrival 0, which no file brought; what it says outweighs what files say.
CREATE OR REPLACE VIEW main.coding_project AS
SELECT
    r.project_id, r.arrival_id, r.role, p.name, p.origin, p.dialect, coalesce(s.file_name, p.name) AS file_name,
    coalesce(s.received_at, '9999-01-01 00:00:00+00'::TIMESTAMPTZ) AS received_at
FROM core.project_relation AS r
JOIN core.project AS p USING (arrival_id)
LEFT JOIN core.arrival AS s USING (arrival_id)
WHERE r.counts AND (s.arrival_id IS NOT NULL OR r.role = 'page');
