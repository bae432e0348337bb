-- Why a file is what it is to another says whose codings are gone: it is shown when none of its codings wait.
SELECT r.* REPLACE (CASE WHEN f.arrival_id IS NULL THEN r.why ELSE 'hidden' END AS why)
FROM core.project_relation AS r
LEFT JOIN core.waiting_file AS f USING (arrival_id)
