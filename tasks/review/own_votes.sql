-- What one person has voted on (the variable reviewer), in the private copy.
SELECT DISTINCT report_id, stage
FROM main.screening_ballot
WHERE reviewer = getvariable('reviewer') AND NOT consensus AND NOT unclear
