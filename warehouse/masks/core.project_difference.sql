-- How many codings a file holds against another is shown when none of theirs wait.
SELECT d.*
FROM core.project_difference AS d
LEFT JOIN core.waiting_file AS a USING (arrival_id)
LEFT JOIN core.waiting_file AS b ON b.arrival_id = d.other_id
WHERE d.element <> 'coding' OR (a.arrival_id IS NULL AND b.arrival_id IS NULL)
