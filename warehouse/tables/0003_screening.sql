-- Screening decisions as they were made: votes and consensus, from files and from the ledger. Never changed.

CREATE TABLE core.decision (
    decision_id VARCHAR PRIMARY KEY,
    arrival_id BIGINT,               -- the file it came in, or
    seq         BIGINT,                -- the ledger's event
    row         INTEGER,               -- the file's line
    key         VARCHAR NOT NULL,      -- the report, as the file names it
    record_id   VARCHAR NOT NULL,      -- the record that the key led to: the decision stays with it through merges and splits
    matched_by  VARCHAR NOT NULL,
    stage       VARCHAR NOT NULL,
    reviewer    VARCHAR NOT NULL,      -- the one name of that person
    written     VARCHAR NOT NULL,      -- the name as it stood
    verdict     VARCHAR NOT NULL,
    reason      VARCHAR,
    note        VARCHAR,
    decided_at  TIMESTAMPTZ NOT NULL,
    consensus   BOOLEAN NOT NULL,
    undone      BOOLEAN NOT NULL,
    uncounted   VARCHAR                -- why it counts for nothing by the protocol; null where it counts
);

-- What people remarked on reports, filled anew at each run from the log; what was taken back is not here.
CREATE TABLE core.report_comment (
    seq          BIGINT NOT NULL,        -- the ledger's event
    record_id    VARCHAR NOT NULL,       -- the comment stays with it through merges and splits
    stage        VARCHAR NOT NULL,
    reviewer     VARCHAR NOT NULL,
    comment      VARCHAR NOT NULL,
    commented_at TIMESTAMPTZ NOT NULL
);

-- Reports that are screened as one, such as a preprint and its article where the protocol says so; filled anew at each run.
CREATE TABLE core.screening_card (
    report_id VARCHAR NOT NULL,
    card_id   VARCHAR NOT NULL,
    position  INTEGER NOT NULL
);

-- The protocol's team.
CREATE TABLE core.reviewer (
    reviewer VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    kind     VARCHAR NOT NULL,
    stages   VARCHAR[] NOT NULL,
    resolves BOOLEAN NOT NULL,
    excludes_alone BOOLEAN NOT NULL DEFAULT false,   -- of a tool
    checked  DOUBLE,
    since    DATE,
    until    DATE
);

CREATE TABLE core.unmatched_decision (
    arrival_id BIGINT,
    seq         BIGINT,
    row         INTEGER,
    key         VARCHAR NOT NULL,
    stage       VARCHAR NOT NULL,
    reviewer    VARCHAR NOT NULL,
    verdict     VARCHAR NOT NULL,
    reason      VARCHAR,
    why         VARCHAR NOT NULL
);

-- Which study a report is of, where somebody said so; a report without a link is a study of its own.
CREATE TABLE core.study_link (
    arrival_id BIGINT,                 -- null where a person ruled so
    record_id   VARCHAR NOT NULL,
    study       VARCHAR NOT NULL
);

-- Decisions as the files say them, before they are matched to reports. Matching is done anew at each run: what a key
-- means is a matter of what is known by then.
CREATE TABLE core.imported_decision (
    arrival_id BIGINT NOT NULL,
    row         INTEGER NOT NULL,
    key         VARCHAR NOT NULL,
    stage       VARCHAR NOT NULL,
    reviewer    VARCHAR NOT NULL,
    verdict     VARCHAR NOT NULL,
    reason      VARCHAR,
    decided_at  TIMESTAMPTZ,
    consensus   BOOLEAN NOT NULL,
    title       VARCHAR,
    year        INTEGER,
    doi         VARCHAR,
    pmid        VARCHAR,
    labels      VARCHAR[],
    note        VARCHAR
);

-- What each row of those files says of the report that it is about, decided or not: a log of votes names reports by keys
-- that only another file of the tool explains.
CREATE TABLE core.imported_report (
    arrival_id BIGINT NOT NULL,
    row         INTEGER NOT NULL,
    key         VARCHAR NOT NULL,
    meant       VARCHAR NOT NULL,
    title       VARCHAR,
    authors     VARCHAR,
    year        INTEGER,
    journal     VARCHAR,
    volume      VARCHAR,
    issue       VARCHAR,
    pages       VARCHAR,
    doi         VARCHAR,
    pmid        VARCHAR
);

-- Where reports stand, filled anew at each run (warehouse/materialise.py).
CREATE TABLE core.screening_status (
    report_id    VARCHAR NOT NULL,
    stage        VARCHAR NOT NULL,
    status       VARCHAR NOT NULL,
    votes        BIGINT,               -- null in the copy for everybody, while the report waits
    votes_needed INTEGER
);

CREATE TABLE core.exclusion (
    report_id VARCHAR NOT NULL,
    stage     VARCHAR NOT NULL,
    reason    VARCHAR NOT NULL
);

CREATE TABLE core.report_path (
    report_id VARCHAR NOT NULL,
    arm       VARCHAR NOT NULL,
    place     VARCHAR NOT NULL
);

CREATE TABLE core.prisma_record (
    id        VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    report_id VARCHAR NOT NULL,
    source    VARCHAR NOT NULL,
    method    VARCHAR NOT NULL,
    arm       VARCHAR NOT NULL,
    place     VARCHAR NOT NULL,
    leads     BOOLEAN NOT NULL
);

CREATE TABLE core.screening_queue (
    report_id VARCHAR NOT NULL,
    stage     VARCHAR NOT NULL,
    reviewer  VARCHAR NOT NULL,
    work      VARCHAR NOT NULL
);

-- How far people agree, how a tool's verdicts compare with theirs, and what single exclusions may have missed, filled anew at each
-- run (tasks/screen/measure.py; agreement of codings tasks/synthesise/measure_codings.py).
CREATE TABLE core.agreement (
    subject     VARCHAR NOT NULL,
    stage       VARCHAR,
    votes       VARCHAR,
    version     INTEGER,
    code_id     VARCHAR,
    document_id VARCHAR,
    rater_a     VARCHAR,
    rater_b     VARCHAR,
    coefficient VARCHAR NOT NULL,
    value       DOUBLE,
    low         DOUBLE,
    high        DOUBLE,
    n           BIGINT NOT NULL,
    n_counts    VARCHAR NOT NULL
);

CREATE TABLE core.tool_accuracy (
    tool     VARCHAR NOT NULL,
    stage    VARCHAR NOT NULL,
    version  INTEGER,
    measure  VARCHAR NOT NULL,
    value    DOUBLE NOT NULL,
    low      DOUBLE NOT NULL,
    high     DOUBLE NOT NULL,
    n        BIGINT NOT NULL,
    n_counts VARCHAR NOT NULL
);

CREATE TABLE core.screening_estimate (
    stage       VARCHAR NOT NULL,
    tool        VARCHAR,               -- null: of one person's exclusions
    sampled     BIGINT NOT NULL,
    overturned  BIGINT NOT NULL,
    unchecked   BIGINT NOT NULL,
    rate        DOUBLE NOT NULL,
    low         DOUBLE NOT NULL,
    high        DOUBLE NOT NULL,
    missed      DOUBLE NOT NULL,
    missed_low  DOUBLE NOT NULL,
    missed_high DOUBLE NOT NULL
);
