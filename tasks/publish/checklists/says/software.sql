-- What coded the texts, and what keeps the review.
SELECT 'Codings from ' || coalesce(nullif(origin, ''), 'a project whose software is not named') || ': ' || file_name AS says
FROM coding_project
ORDER BY says
