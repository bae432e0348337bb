-- Deduplication: what is compared, under which keys records meet, what pairs came out, and which records are one report.
-- All of it is derived: tasks/deduplicate makes it from the records and the rulings, and would make the same again.

CREATE SCHEMA IF NOT EXISTS dedupe;

CREATE TABLE dedupe.basis (fingerprint VARCHAR NOT NULL);

CREATE TABLE dedupe.feature (
    id VARCHAR NOT NULL,
    content UBIGINT NOT NULL,
    words VARCHAR,
    title VARCHAR,
    generic BOOLEAN,
    numerals VARCHAR,
    greek VARCHAR[],
    foreign_title BOOLEAN,
    notice VARCHAR,
    kind VARCHAR,
    register VARCHAR,
    authors VARCHAR[],
    year SMALLINT,
    journal VARCHAR,
    parallel VARCHAR[],
    issn VARCHAR[],
    volume VARCHAR,
    number VARCHAR,
    supplement VARCHAR,
    series_of_supplements BOOLEAN,
    page BIGINT,
    page_end BIGINT,
    page_mark VARCHAR,
    page_sure BOOLEAN,
    doi VARCHAR,
    pmid VARCHAR,
    abstract_key UBIGINT
);

CREATE TABLE dedupe.block (key UBIGINT NOT NULL, record UBIGINT NOT NULL);

CREATE TABLE dedupe.overfull (key UBIGINT NOT NULL, records BIGINT NOT NULL);

CREATE TABLE dedupe.pair (
    id_a VARCHAR NOT NULL,
    id_b VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    relation VARCHAR,
    veto VARCHAR,
    why VARCHAR NOT NULL
);

CREATE TABLE dedupe.refused (id_a VARCHAR NOT NULL, id_b VARCHAR NOT NULL, because VARCHAR NOT NULL);

CREATE TABLE dedupe.overruled (id_a VARCHAR NOT NULL, id_b VARCHAR NOT NULL, because VARCHAR NOT NULL);

CREATE TABLE dedupe.ruling (id_a VARCHAR NOT NULL, id_b VARCHAR NOT NULL, verdict VARCHAR NOT NULL);

CREATE TABLE dedupe.cluster (id VARCHAR NOT NULL, cluster VARCHAR NOT NULL);

-- What became of each pair, by rulings, comparison and clusters. 'refused' edges are for review: the pair alone speaks for one report, the
-- cluster against. Pairs that a person spoke of, or that gave way to a ruling, are here even where little was in common.
CREATE VIEW dedupe.verdict AS
WITH compared AS (
    SELECT id_a, id_b, outcome, score, relation, veto, why FROM dedupe.pair
    UNION ALL
    SELECT s.id_a, s.id_b, 'distinct', 0, NULL, NULL, 'too little in common to be compared closely'
    FROM (SELECT id_a, id_b FROM dedupe.ruling UNION SELECT id_a, id_b FROM dedupe.overruled) AS s
    ANTI JOIN dedupe.pair AS p ON p.id_a = s.id_a AND p.id_b = s.id_b
)

SELECT
    p.id_a,
    p.id_b,
    CASE
        WHEN r.verdict IS NOT NULL THEN r.verdict
        WHEN a.cluster = b.cluster THEN 'same'
        WHEN p.outcome = 'same' THEN 'review'
        ELSE p.outcome
    END AS outcome,
    p.score,
    p.relation,
    p.veto,
    p.why || coalesce('; ruled ' || r.verdict, '') || coalesce('; ' || f.because, '') || coalesce('; ' || o.because, '') AS why
FROM compared AS p
JOIN dedupe.cluster AS a ON a.id = p.id_a
JOIN dedupe.cluster AS b ON b.id = p.id_b
LEFT JOIN dedupe.ruling AS r ON r.id_a = p.id_a AND r.id_b = p.id_b
LEFT JOIN dedupe.refused AS f ON f.id_a = p.id_a AND f.id_b = p.id_b
LEFT JOIN dedupe.overruled AS o ON o.id_a = p.id_a AND o.id_b = p.id_b;
