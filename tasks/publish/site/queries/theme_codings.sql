-- Which segments support which theme.
SELECT theme_id, coding_id, study_id, code_id
FROM theme_support
ORDER BY ALL;
