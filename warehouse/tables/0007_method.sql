-- Methods of synthesis beside themes and findings: what the protocol names, and what is delivered for it.

-- One row where the protocol names another method than thematic synthesis; for best-fit the version whose codebook is the framework.
CREATE TABLE core.synthesis_method (
    method           VARCHAR NOT NULL,
    codebook_version INTEGER
);

-- Rows of the files in method/: cells, concepts, relations, constructs, findings, categories, synthesised findings.
CREATE TABLE core.method_item (
    arrival_id BIGINT NOT NULL,
    row        INTEGER NOT NULL,
    place      VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    key        VARCHAR,
    id         VARCHAR,
    name       VARCHAR,
    text       VARCHAR,
    quote      VARCHAR,
    page       VARCHAR,
    choice     VARCHAR,
    others     VARCHAR[] NOT NULL,
    who        VARCHAR
);
