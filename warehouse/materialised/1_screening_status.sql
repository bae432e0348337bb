-- Where each report stands at each stage that it has reached.
--   awaiting         nobody has voted
--   awaiting_second  fewer votes than the protocol asks for
--   conflict         the votes differ, and no consensus is noted
--   included, excluded; not_retrieved, retrieved (stage retrieval)
--   ineligible       a tool that excludes alone by the protocol excluded it, on title and abstract; a person's vote asks for the others
--                    that the report then needs, and until they are in nothing tells that it is there
-- Who gave two different verdicts of one date has not voted yet, until it is known which is the later.
WITH ballot AS MATERIALIZED (
    SELECT report_id, stage, reviewer, consensus, verdict, unclear
    FROM main.screening_ballot
),
-- How many people screen at each stage by the protocol, and are still in the team.
team AS (
    SELECT stage, count(*) AS people
    FROM (SELECT unnest(stages) AS stage FROM core.reviewer WHERE kind = 'person' AND until IS NULL)
    GROUP BY stage
),
vote AS (
    SELECT
        b.report_id, b.stage, b.reviewer,
        CASE WHEN b.verdict = 'maybe' AND r.maybe = 'include' THEN 'include' ELSE b.verdict END AS verdict
    FROM ballot AS b
    LEFT JOIN core.screening_rule AS r USING (stage)
    WHERE NOT b.consensus AND NOT b.unclear
),
tally AS (
    SELECT
        report_id, stage,
        count(DISTINCT reviewer) AS voters,
        count(DISTINCT verdict) AS verdicts,
        bool_or(verdict = 'maybe') AS any_maybe,
        bool_or(verdict = 'include') AS any_include,
        bool_or(verdict = 'exclude') AS any_exclude,
        bool_or(verdict = 'not-retrieved') AS any_not_retrieved
    FROM vote
    GROUP BY report_id, stage
),
consensus AS (
    SELECT report_id, stage, min(verdict) AS verdict, count(DISTINCT verdict) AS verdicts
    FROM ballot
    WHERE consensus
    GROUP BY report_id, stage
),
-- What tools exclude that may do so alone, all of those that judged it, and no consensus is noted of.
tool AS (
    SELECT coalesce(m.report_id, v.report_id) AS report_id, v.stage, bool_and(v.verdict = 'exclude') AS excludes, max(t.checked) AS checked
    FROM main.tool_verdict AS v
    JOIN core.reviewer AS t ON t.reviewer = v.tool AND t.excludes_alone
    LEFT JOIN main.card_mate AS m ON m.mate_id = v.report_id
    ANTI JOIN consensus AS c ON c.report_id = v.report_id AND c.stage = v.stage
    WHERE v.stage = 'title-abstract'
    GROUP BY 1, v.stage
),
-- Every report, at every stage, with the votes on it there.
report_stage AS (
    SELECT
        report.report_id, stage.stage, rule.maybe,
        coalesce(t.voters, 0) AS voters,
        coalesce(t.verdicts, 0) AS verdicts,
        coalesce(t.any_maybe, false) AS any_maybe,
        coalesce(t.any_include, false) AS any_include,
        coalesce(t.any_not_retrieved, false) AS any_not_retrieved,
        c.verdict AS agreed,
        coalesce(c.verdicts, 0) AS agreed_verdicts,
        coalesce(tool.excludes AND draw.draw >= greatest(tool.checked, rule.calibration), false) AS ineligible,
        greatest(
            coalesce(rule.votes, 1)
            + CASE
                WHEN t.any_include AND draw.draw < rule.second_vote_of_included THEN 1
                WHEN t.any_exclude AND draw.draw < rule.second_vote_of_excluded THEN 1
                ELSE 0
            END,
            CASE WHEN draw.draw < rule.calibration THEN coalesce(team.people, 0) ELSE 0 END
        )::INTEGER AS votes_needed
    FROM (SELECT DISTINCT report_id FROM core.report_record) AS report
    CROSS JOIN (VALUES ('title-abstract'), ('retrieval'), ('full-text')) AS stage (stage)
    LEFT JOIN core.screening_rule AS rule USING (stage)
    LEFT JOIN main.screening_draw AS draw USING (report_id, stage)
    LEFT JOIN team USING (stage)
    LEFT JOIN tally AS t USING (report_id, stage)
    LEFT JOIN consensus AS c USING (report_id, stage)
    LEFT JOIN tool USING (report_id, stage)
),
judged AS (
    SELECT
        report_id, stage, voters, votes_needed,
        CASE
            WHEN agreed_verdicts > 1 THEN 'conflict'
            WHEN stage = 'retrieval' AND agreed IS NOT NULL
                THEN CASE WHEN agreed = 'not-retrieved' THEN 'not_retrieved' ELSE 'retrieved' END
            WHEN agreed = 'include' THEN 'included'
            WHEN agreed = 'exclude' THEN 'excluded'
            WHEN agreed IS NOT NULL THEN 'conflict'
            WHEN stage = 'retrieval' AND verdicts > 1 THEN 'conflict'
            WHEN stage = 'retrieval' AND any_not_retrieved THEN 'not_retrieved'
            WHEN stage = 'retrieval' AND voters > 0 THEN 'retrieved'
            WHEN ineligible AND voters < votes_needed THEN 'ineligible'
            WHEN voters = 0 THEN 'awaiting'
            WHEN voters < votes_needed THEN 'awaiting_second'
            WHEN verdicts > 1 OR any_maybe THEN 'conflict'
            WHEN any_include THEN 'included'
            ELSE 'excluded'
        END AS status
    FROM report_stage
),
-- Votes at a later stage say that the report has passed the stages before it, where nobody voted there; at full text, once all
-- are in: where the first stands alone, a report that had come further than its retrieval is noted would tell that it is there.
reached AS (
    SELECT
        report_id,
        max(status) FILTER (stage = 'title-abstract') AS title_abstract,
        max(status) FILTER (stage = 'retrieval') AS retrieval,
        max(CASE status WHEN 'awaiting_second' THEN 'awaiting' ELSE status END) FILTER (stage = 'full-text') AS full_text,
        bool_or(stage = 'full-text' AND status = 'awaiting_second') AS waits_at_full_text
    FROM judged
    GROUP BY report_id
)
SELECT
    j.report_id, j.stage,
    CASE
        WHEN j.stage = 'title-abstract' AND j.status IN ('awaiting', 'ineligible') AND (r.retrieval <> 'awaiting' OR r.full_text <> 'awaiting')
            THEN 'included'
        WHEN j.stage = 'retrieval' AND j.status = 'awaiting' AND r.full_text <> 'awaiting' THEN 'retrieved'
        ELSE j.status
    END AS status,
    j.voters AS votes,
    j.votes_needed
FROM judged AS j
JOIN reached AS r USING (report_id)
WHERE
    j.stage = 'title-abstract'
    OR (
        r.title_abstract IN ('included', 'awaiting', 'ineligible')
        AND (r.title_abstract = 'included' OR r.retrieval <> 'awaiting' OR r.full_text <> 'awaiting' OR r.waits_at_full_text)
        AND (j.stage = 'retrieval' OR r.retrieval <> 'not_retrieved')
    )
