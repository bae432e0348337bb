-- How many codings a file holds against another is shown when none of theirs wait; how many codes too, where a file is one coder's own.
SELECT d.*
FROM core.project_difference AS d
LEFT JOIN core.waiting_file AS a USING (arrival_id)
LEFT JOIN core.waiting_file AS b ON b.arrival_id = d.other_id
WHERE
    (a.arrival_id IS NULL AND b.arrival_id IS NULL)
    OR (d.element = 'code' AND coalesce(a.coders, 2) > 1 AND coalesce(b.coders, 2) > 1)
