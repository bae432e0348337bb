-- Deduplication: what is compared, under which keys records meet, what pairs came out, and which records are one report.
-- All of it is derived: tasks/dedupe makes it from the records and the rulings, and would make the same again.

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
    authors VARCHAR[],
    year SMALLINT,
    journal VARCHAR,
    issn VARCHAR[],
    volume VARCHAR,
    number VARCHAR,
    page BIGINT,
    page_end BIGINT,
    page_mark VARCHAR,
    page_sure BOOLEAN,
    doi VARCHAR,
    pmid VARCHAR,
    abstract_key UBIGINT
);

CREATE TABLE dedupe.block (key UBIGINT NOT NULL, id VARCHAR NOT NULL);

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

CREATE TABLE dedupe.ruling (id_a VARCHAR NOT NULL, id_b VARCHAR NOT NULL, verdict VARCHAR NOT NULL);

CREATE TABLE dedupe.cluster (id VARCHAR NOT NULL, cluster VARCHAR NOT NULL);
