-- Whose words coded segments have: said by people or by codes, or suggested by the program and not confirmed.
SELECT
    CASE
        WHEN words_of_by = 'code' THEN 'said by a code' WHEN words_of IS NOT NULL THEN 'said by a person'
        WHEN suggested IS NOT NULL THEN 'suggested by the program' ELSE 'not known'
    END AS whose_words,
    count(*) AS segments
FROM coding_segment
WHERE included
GROUP BY ALL
ORDER BY ALL;
