-- The rules of both stages, and how far people agreed.
SELECT
    CASE stage WHEN 'title-abstract' THEN 'Title and abstract: ' ELSE 'Full text: ' END || 'independent votes on each report ' || votes
    || coalesce('; a second vote on ' || (100 * second_vote_of_included)::INTEGER || '% of the included', '')
    || coalesce(', and on ' || (100 * second_vote_of_excluded)::INTEGER || '% of the excluded', '')
    || CASE WHEN calibration > 0 THEN '; everybody votes on ' || (100 * calibration)::INTEGER || '%' ELSE '' END
    || '; differing votes are settled by consensus.' AS says
FROM (FROM core.screening_rule ORDER BY stage DESC)
UNION ALL
SELECT 'Cohen''s kappa of ' || rater_a || ' and ' || rater_b || ', ' || stage || ', ' || votes || ' votes: ' || round(value, 2) || ' (' || n_counts || ': ' || n || ').'
FROM agreement
WHERE subject = 'screening' AND coefficient = 'Cohen''s kappa' AND version IS NULL AND value IS NOT NULL AND rater_a IS NOT NULL
