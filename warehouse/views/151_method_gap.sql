-- What the protocol's method asks for and is not there, or does not hold together. Themes and findings have their own checks.
CREATE OR REPLACE VIEW main.method_gap AS
WITH item AS (
    SELECT *, file_name || ': ' || place AS stands_at
    FROM main.method_item
),
-- What an item names: theme, concept, category or synthesised finding.
named AS (
    SELECT
        kind, coalesce(id, array_to_string(others, ' – ')) AS id, unnest(others) AS name, stands_at,
        CASE kind
            WHEN 'cell' THEN 'theme' WHEN 'finding' THEN 'category' WHEN 'category' THEN 'synthesised' ELSE 'concept'
        END AS of_kind
    FROM item
),
known AS (
    SELECT kind, id
    FROM item
    WHERE kind IN ('concept', 'category', 'synthesised')
    UNION
    SELECT 'theme', unnest([lower(theme_id), lower(name)])
    FROM core.theme
),
named_twice AS (
    SELECT lower(name) AS name
    FROM core.theme
    GROUP BY ALL
    HAVING count(*) > 1
),
gap AS (
    -- Of every method: what is delivered for another, and names that lead nowhere.
    SELECT
        CASE kind
            WHEN 'cell' THEN 'framework'
            WHEN 'concept' THEN 'meta-ethnography' WHEN 'relation' THEN 'meta-ethnography' WHEN 'construct' THEN 'meta-ethnography'
            ELSE 'meta-aggregation'
        END AS method,
        'wrong' AS severity, of_kind, kind AS element, n.id, n.stands_at,
        CASE WHEN of_kind = 'theme' THEN 'no theme' WHEN of_kind = 'synthesised' THEN 'no synthesised finding' ELSE 'no ' || of_kind END
        || ' is called ''' || n.name || '''' AS detail
    FROM named AS n
    WHERE NOT EXISTS (
        FROM known AS k WHERE k.kind = n.of_kind AND k.id = CASE n.of_kind WHEN 'theme' THEN lower(n.name) ELSE n.name END
    )
    UNION ALL
    SELECT 'framework', 'wrong', NULL, 'cell', n.id, n.stands_at, 'two themes are called ''' || n.name || ''': name it by its id'
    FROM named AS n
    WHERE n.kind = 'cell' AND lower(n.name) IN (SELECT name FROM named_twice)
    UNION ALL
    SELECT 'framework', 'missing', NULL, 'cell', study || ' – ' || theme_id, NULL,
        'not written yet: ' || codings || CASE codings WHEN 1 THEN ' coded segment' ELSE ' coded segments' END
    FROM main.framework_cell
    WHERE state = 'missing'
    UNION ALL
    SELECT 'framework', 'missing', NULL, 'cell', NULL, NULL, 'no theme is stated yet (living-review themes import)'
    WHERE NOT EXISTS (FROM core.theme)
    UNION ALL
    SELECT 'best-fit', 'missing', NULL, 'codebook', NULL, NULL,
        CASE
            WHEN m.codebook_version IS NULL THEN '[synthesis] codebook_version does not say yet at which version the framework was frozen'
            WHEN v.version IS NULL THEN 'there is no version ' || m.codebook_version || ' of this review'
            ELSE 'version ' || m.codebook_version || ' has no codebook'
        END
    FROM core.synthesis_method AS m
    LEFT JOIN core.release AS v ON v.version = m.codebook_version
    WHERE NOT EXISTS (FROM main.codebook_code WHERE path_then IS NOT NULL)
    UNION ALL
    SELECT 'best-fit', 'missing', NULL, 'code', path, NULL, 'outside the framework, used on '
        || studies || CASE studies WHEN 1 THEN ' study' ELSE ' studies' END || ': a theme of its own, or one that it belongs to'
    FROM main.codebook_code AS c
    WHERE state = 'outside' AND codings > 0 AND code_id NOT IN (SELECT code_id FROM main.theme_code)
    UNION ALL
    SELECT 'best-fit', 'wrong', NULL, 'code', path, NULL, 'of the framework, and no longer in the codebook'
    FROM main.codebook_code
    WHERE state = 'gone'
    UNION ALL
    SELECT 'meta-ethnography', 'missing', NULL, 'concept', i.label, NULL, 'the study has no concept yet'
    FROM main.study_inclusion AS i
    ANTI JOIN (FROM main.concept WHERE included) AS c USING (study_id)
    UNION ALL
    SELECT 'meta-ethnography', 'missing', NULL, 'concept', concept_id, NULL, 'related to no concept of another study'
    FROM main.concept
    WHERE relations = 0 AND included
    UNION ALL
    SELECT 'meta-ethnography', 'missing', NULL, 'construct', NULL, NULL, 'no construct is stated yet'
    WHERE EXISTS (FROM main.concept) AND NOT EXISTS (FROM main.construct)
    UNION ALL
    SELECT 'meta-ethnography', 'wrong', NULL, 'relation', concept_a || ' – ' || concept_b, NULL,
        CASE WHEN concept_a = concept_b THEN 'relates a concept to itself' ELSE 'relates two concepts of one study' END
    FROM main.concept_relation
    WHERE study_a = study_b OR concept_a = concept_b
    UNION ALL
    SELECT 'meta-ethnography', 'wrong', NULL, 'construct', construct_id, NULL, 'rests on no concept of an included study that is known'
    FROM main.construct
    WHERE concepts = 0
    UNION ALL
    SELECT 'meta-aggregation', 'missing', NULL, 'finding', i.label, NULL, 'no finding of the study was extracted yet'
    FROM main.study_inclusion AS i
    ANTI JOIN (FROM main.study_finding WHERE included) AS f USING (study_id)
    UNION ALL
    SELECT 'meta-aggregation', 'missing', NULL, 'finding', finding_id, NULL, 'in no category yet'
    FROM main.study_finding
    WHERE category_id IS NULL AND credibility <> 'not supported' AND included
    UNION ALL
    SELECT 'meta-aggregation', 'wrong', NULL, 'finding', finding_id, NULL, credibility || ', and has no illustration'
    FROM main.study_finding
    WHERE illustration IS NULL AND credibility <> 'not supported' AND included
    UNION ALL
    SELECT 'meta-aggregation', 'wrong', NULL, 'finding', finding_id, NULL, 'not supported, and in a category all the same'
    FROM main.study_finding
    WHERE category_id IS NOT NULL AND credibility = 'not supported' AND included
    UNION ALL
    SELECT 'meta-aggregation', 'missing', NULL, 'category', category_id, NULL, 'in no synthesised finding yet'
    FROM main.finding_category
    WHERE synthesised_id IS NULL
    UNION ALL
    SELECT 'meta-aggregation', 'missing', NULL, 'category', category_id, NULL, 'has ' || findings || ' of the two findings that a category needs'
    FROM main.finding_category
    WHERE findings < 2
    UNION ALL
    SELECT 'meta-aggregation', 'missing', NULL, 'synthesised', synthesised_id, NULL,
        'has ' || categories || ' of the two categories that a synthesised finding needs'
    FROM main.synthesised_finding
    WHERE categories < 2
)
SELECT g.severity, g.element, g.id, g.detail, g.stands_at AS place
FROM gap AS g
-- Best-fit may have cells too; who writes some is asked for the others.
JOIN core.synthesis_method AS m
    ON m.method = g.method
    OR (
        m.method = 'best-fit' AND g.element = 'cell'
        AND (g.severity = 'wrong' OR (g.id IS NOT NULL AND EXISTS (FROM item WHERE kind = 'cell')))
    )
UNION ALL
SELECT 'wrong', 'file', i.file_name, 'holds ' || count(*) || ' rows of ' || i.kind || ', which the method ' || coalesce(any_value(m.method), 'thematic') || ' does not ask for', NULL
FROM item AS i
LEFT JOIN core.synthesis_method AS m ON true
WHERE NOT list_contains(
    CASE m.method
        WHEN 'framework' THEN ['cell'] WHEN 'best-fit' THEN ['cell'] WHEN 'meta-ethnography' THEN ['concept', 'relation', 'construct']
        WHEN 'meta-aggregation' THEN ['finding', 'category', 'synthesised'] ELSE [] END,
    i.kind
)
GROUP BY i.file_name, i.kind;
