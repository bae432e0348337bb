-- The ids that the staged records bore under the names of sources for which their files counted before.
INSERT INTO core.record_alias
SELECT DISTINCT ON (alias) alias, record_id
FROM (
    SELECT 'r' || left(sha256(unnest(getvariable('former_sources')::VARCHAR[]) || chr(10) || identity), 20) AS alias, record_id
    FROM stage_record
)
WHERE alias <> record_id
ORDER BY alias, record_id
ON CONFLICT DO NOTHING;
