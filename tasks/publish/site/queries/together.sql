-- Codes that occur together, those of most studies first.
SELECT t.code_a, a.path AS path_a, t.code_b, b.path AS path_b, t.studies, t.overlapping_segments AS segments
FROM code_together AS t
JOIN code AS a ON a.code_id = t.code_a
JOIN code AS b ON b.code_id = t.code_b
ORDER BY t.studies DESC, t.overlapping_segments DESC, a.path, b.path;
