-- The tools that vote, and whether one excludes alone what nobody has screened.
SELECT reviewer AS tool, array_to_string(stages, ', ') AS stages, excludes_alone, checked AS share_that_people_check
FROM core.reviewer
WHERE kind = 'automation'
ORDER BY position;
