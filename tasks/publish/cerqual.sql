-- Each finding with the studies behind it, and each assessment of the confidence in it: one row an assessment, one without where
-- nobody has assessed it.
WITH contributing AS (
    SELECT
        p.finding_id,
        list(DISTINCT coalesce(s.label, p.study_id) ORDER BY coalesce(s.label, p.study_id)) FILTER (p.stance <> 'against') AS studies,
        list(DISTINCT coalesce(s.label, p.study_id) ORDER BY coalesce(s.label, p.study_id)) FILTER (p.stance = 'against') AS against
    FROM finding_support AS p
    LEFT JOIN study AS s USING (study_id)
    WHERE p.study_id IS NOT NULL
    GROUP BY p.finding_id
),
concern AS (
    SELECT
        finding_id, assessor, consensus,
        map_from_entries(list((component, {'concern': concern, 'explanation': explanation}))) AS components
    FROM confidence_component
    GROUP BY ALL
)
SELECT
    f.finding_id, f.sentence, f.plain, coalesce(k.studies, []) AS studies, coalesce(k.against, []) AS against,
    c.assessor, c.consensus, c.level, c.explanation, c.changed,
    o.components['methodological_limitations'] AS methodological_limitations,
    o.components['coherence'] AS coherence,
    o.components['adequacy'] AS adequacy,
    o.components['relevance'] AS relevance
FROM finding AS f
LEFT JOIN contributing AS k USING (finding_id)
LEFT JOIN confidence AS c USING (finding_id)
LEFT JOIN concern AS o ON o.finding_id = c.finding_id AND o.assessor = c.assessor AND o.consensus = c.consensus
ORDER BY f.position, c.consensus DESC, c.assessor
