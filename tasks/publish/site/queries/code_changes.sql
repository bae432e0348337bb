-- What was done to the codebook, newest first. Single codings are counted elsewhere.
SELECT changed_at, kind, old_path, new_path, codings, unsure, origin
FROM code_change
WHERE kind NOT IN ('coded', 'uncoded', 'recoded')
ORDER BY changed_at DESC, arrival_id DESC, number DESC;
