-- A warehouse that already holds getvariable('size') records, each with its delivery, raw text and report.
INSERT INTO core.search BY NAME
SELECT 'q0' AS search_id, 1 AS event_id, 'medline' AS source, 'ovid' AS platform, now() AS executed_at, true AS executed_at_known, n AS found, n AS loaded, 0 AS quarantined, true AS complete, '' AS reason
FROM (SELECT getvariable('size')::BIGINT AS n)
WHERE n > 0;

INSERT INTO core.record BY NAME
SELECT
    'r' || left(sha256('old ' || i), 20) AS record_id, 'medline' AS source, 'acc:' || i AS identity, 'ovid' AS platform,
    'ris' AS format, i::VARCHAR AS accession, 'A record that is there already, number ' || i || ', with a title of usual length' AS title,
    ['Family' || (i % 5000) || ', A', 'Other' || (i % 7000) || ', B'] AS authors, 1990 + i % 36 AS year,
    'Journal ' || (i % 4000) AS journal, (i % 90)::VARCHAR AS volume, (i % 12)::VARCHAR AS issue, (i % 900)::VARCHAR AS pages,
    '10.5555/' || i AS doi, repeat('An abstract that says what was done and found. ', 25) || i AS abstract,
    sha256('raw ' || i) AS raw_sha256, 'q0' AS search_id, now() AS first_executed_at, now() AS last_executed_at
FROM range(getvariable('size')::BIGINT) AS t (i);

INSERT INTO core.record_raw
SELECT record_id, raw_sha256, [{'tag': 'TI', 'value': title}, {'tag': 'AB', 'value': abstract}]
FROM core.record;

INSERT INTO core.found_record BY NAME
SELECT 'q0' AS search_id, 1 AS arrival_id, row_number() OVER () AS position, 1 AS line, record_id, raw_sha256
FROM core.record;

INSERT INTO core.report_record
SELECT record_id, 'rep_' || substr(record_id, 2)
FROM core.record;

CHECKPOINT;
