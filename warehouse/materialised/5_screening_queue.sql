-- What is whose to do, of the reports as they stand: one row a report, stage and person. Never published: who still has to
-- vote would tell who has.
--   vote      a person of the stage who has not voted yet, while the report needs votes
--   settle    votes differ: somebody who settles conflicts, or, where nobody is named, anybody of the stage
--   retrieve  the full text is to be had: anybody of the stage
-- What somebody has read in full is not looked for, nor screened on title and abstract, while others are still to read it.
-- Of reports that are screened as one, the first alone is here (main.card_follower), but to be retrieved.
-- Where the protocol names no team, reviewer is '' for anybody.
WITH person AS (
    SELECT reviewer, stages, resolves
    FROM core.reviewer
    WHERE kind = 'person' AND until IS NULL
    UNION ALL
    SELECT '', ['title-abstract', 'retrieval', 'full-text'], true
    WHERE NOT EXISTS (FROM core.reviewer WHERE kind = 'person')
),
ballot AS (
    SELECT DISTINCT report_id, stage, reviewer
    FROM main.screening_ballot
    WHERE NOT consensus AND NOT unclear
)
SELECT
    s.report_id, s.stage, p.reviewer,
    CASE WHEN s.status = 'conflict' THEN 'settle' WHEN s.stage = 'retrieval' THEN 'retrieve' ELSE 'vote' END AS work
FROM core.screening_status AS s
JOIN person AS p
    ON CASE
        WHEN s.status <> 'conflict' THEN list_contains(p.stages, s.stage)
        WHEN EXISTS (FROM person WHERE resolves) THEN p.resolves
        ELSE list_contains(p.stages, s.stage)
    END
ANTI JOIN ballot AS b
    ON b.report_id = s.report_id AND b.stage = s.stage AND b.reviewer = p.reviewer AND s.status <> 'conflict'
ANTI JOIN main.card_follower AS f ON f.report_id = s.report_id AND f.stage = s.stage
WHERE
    (s.status IN ('awaiting', 'awaiting_second', 'conflict') OR (s.status = 'ineligible' AND s.votes > 0))
    AND NOT (
        s.stage <> 'full-text'
        AND s.status = 'awaiting'
        AND EXISTS (FROM core.screening_status AS f WHERE f.report_id = s.report_id AND f.stage = 'full-text' AND f.status = 'awaiting_second')
    )
    -- A full text is looked for only once the title and abstract is settled.
    AND (
        s.stage <> 'full-text'
        OR EXISTS (FROM core.screening_status AS r WHERE r.report_id = s.report_id AND r.stage = 'retrieval' AND r.status <> 'conflict')
    )
