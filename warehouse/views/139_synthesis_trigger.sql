-- What says, by the protocol, that a new synthesis is due: a row a theme, finding or code.
CREATE OR REPLACE VIEW main.synthesis_trigger AS
WITH met AS (
    SELECT r.trigger, j.what AS element, j.id, any_value(coalesce(t.name, f.sentence)) AS name, count(DISTINCT j.study_id) AS n, r.threshold
    FROM main.study_judgement AS j
    JOIN core.synthesis_rule AS r ON r.trigger = 'refuted_by'
    LEFT JOIN core.theme AS t ON j.what = 'theme' AND t.theme_id = j.id
    LEFT JOIN core.finding AS f ON j.what = 'finding' AND f.finding_id = j.id
    WHERE j.effect = 'refuted' AND j.included
    GROUP BY r.trigger, j.what, j.id, r.threshold
    HAVING count(DISTINCT j.study_id) >= r.threshold
    UNION ALL
    SELECT r.trigger, 'code', g.code_id, any_value(k.path), count(DISTINCT g.study_id), r.threshold
    FROM main.coding_final AS g
    JOIN core.synthesis_rule AS r ON r.trigger = 'code_outside_themes_in'
    JOIN main.code AS k USING (code_id)
    ANTI JOIN main.theme_code AS t ON t.code_id = g.code_id
    WHERE g.included
    GROUP BY r.trigger, g.code_id, r.threshold
    HAVING count(DISTINCT g.study_id) >= r.threshold
    UNION ALL
    SELECT r.trigger, 'finding', c.finding_id, f.sentence, count(*) OVER (), r.threshold
    FROM main.confidence AS c
    JOIN core.synthesis_rule AS r ON r.trigger = 'stale_confidence'
    JOIN core.finding AS f USING (finding_id)
    WHERE c.consensus AND c.stale
    QUALIFY count(*) OVER () >= r.threshold
)
SELECT
    trigger, element, id, name, n, threshold,
    CASE trigger
        WHEN 'refuted_by' THEN 'the ' || element || ' ''' || id || ''' is refuted by ' || n || CASE n WHEN 1 THEN ' study' ELSE ' studies' END
        WHEN 'code_outside_themes_in'
            THEN 'the code ''' || name || ''' of no theme is used in ' || n || CASE n WHEN 1 THEN ' study' ELSE ' studies' END
        ELSE 'the confidence in ''' || id || ''' is stale'
    END AS says
FROM met;
