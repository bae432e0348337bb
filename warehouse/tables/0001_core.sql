-- The base tables: what came in and how it was read, searches, records, reports, and what could not be loaded.
-- Comments on tables and columns come from schemas/, which is the data dictionary's single source.

CREATE SCHEMA IF NOT EXISTS core;

CREATE TABLE core.meta (
    key   VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);

-- What warehouse/content.py knows of parts of large tables. Neither content nor for readers.
CREATE TABLE core.content_part (
    table_name VARCHAR NOT NULL,
    part       BIGINT NOT NULL,
    stamp      VARCHAR NOT NULL,
    total      VARCHAR NOT NULL
);

-- What warehouse/checked_views.py knows of the views that keep their contracts. Neither content nor for readers.
CREATE TABLE core.checked_view (
    view_name VARCHAR NOT NULL,
    stamp     VARCHAR NOT NULL
);

CREATE TABLE core.source (
    source     VARCHAR PRIMARY KEY,
    position   INTEGER NOT NULL,
    database   VARCHAR NOT NULL,
    platform   VARCHAR NOT NULL,
    method     VARCHAR NOT NULL,
    service    VARCHAR,
    every_days INTEGER                 -- NULL where nobody promises to search it again
);

CREATE TABLE core.screening_rule (
    stage                   VARCHAR PRIMARY KEY,
    votes                   INTEGER NOT NULL,
    second_vote_of_included DOUBLE,
    second_vote_of_excluded DOUBLE,
    calibration             DOUBLE NOT NULL DEFAULT 0,
    maybe                   VARCHAR NOT NULL,
    reasons                 VARCHAR NOT NULL DEFAULT 'optional',
    seed                    VARCHAR NOT NULL DEFAULT ''
);

CREATE TABLE core.exclusion_reason (
    reason   VARCHAR PRIMARY KEY,
    position INTEGER NOT NULL
);

-- Everything that came in, with what is known of it and whether it counts; replaced at each run from the log.
CREATE TABLE core.arrival (
    arrival_id  BIGINT PRIMARY KEY,    -- its place in the log
    sha256      VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,
    file_name   VARCHAR NOT NULL,
    bytes       BIGINT NOT NULL,
    source      VARCHAR,
    stage       VARCHAR,
    who         VARCHAR,
    note        VARCHAR,
    request     VARCHAR,
    trail       VARCHAR,
    search_key  VARCHAR,
    page        INTEGER,
    received_at TIMESTAMPTZ NOT NULL,
    executed_at TIMESTAMPTZ,           -- as noted; null where nobody said
    hits        BIGINT,
    state       VARCHAR NOT NULL,
    counts      BOOLEAN NOT NULL,
    other       BIGINT                 -- the arrival that took its place, or that it repeats
);

-- What came of reading a file. `fingerprint`: what reading it depended on; empty for exports, whose search has one.
CREATE TABLE core.reading (
    arrival_id  BIGINT PRIMARY KEY,
    fingerprint VARCHAR NOT NULL,
    outcome     VARCHAR NOT NULL,
    format      VARCHAR,
    encoding    VARCHAR
);

-- The searches that were loaded, or whose files were all refused, and a hash over what each was loaded from.
CREATE TABLE core.loaded_search (
    event_id    BIGINT PRIMARY KEY,    -- the export's arrival, or the service's outcome
    fingerprint VARCHAR NOT NULL
);

CREATE TABLE core.problem (
    arrival_id BIGINT NOT NULL,
    line        INTEGER,
    severity    VARCHAR NOT NULL,
    message     VARCHAR NOT NULL
);

CREATE TABLE core.search (
    search_id   VARCHAR PRIMARY KEY,
    event_id    BIGINT NOT NULL,       -- the export's arrival, or the service's outcome
    source      VARCHAR NOT NULL,
    platform    VARCHAR NOT NULL,
    strategy    VARCHAR,
    window_from DATE,
    window_to   DATE,
    executed_at TIMESTAMPTZ NOT NULL,
    executed_at_known BOOLEAN NOT NULL,
    hits        BIGINT,
    found       BIGINT NOT NULL,
    loaded      BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    complete    BOOLEAN NOT NULL,
    reason      VARCHAR NOT NULL       -- why a service's answer is not complete; empty where it is
);

CREATE TABLE core.found_record (
    search_id   VARCHAR NOT NULL,
    arrival_id BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    line        BIGINT NOT NULL,
    record_id   VARCHAR NOT NULL,
    raw_sha256  VARCHAR NOT NULL
);

CREATE TABLE core.quarantine (
    search_id   VARCHAR NOT NULL,
    arrival_id BIGINT NOT NULL,
    source      VARCHAR NOT NULL,
    position    BIGINT NOT NULL,
    line        BIGINT NOT NULL,
    reason      VARCHAR NOT NULL,
    raw         VARCHAR NOT NULL
);

-- One row a record. The fields are those of the version that its source gave last (by the time of the search, then by
-- the hash of the raw record), so that the order in which files are loaded does not matter.
CREATE TABLE core.record (
    record_id         VARCHAR PRIMARY KEY,
    source            VARCHAR NOT NULL,
    identity          VARCHAR NOT NULL,
    platform          VARCHAR NOT NULL,
    format            VARCHAR NOT NULL,
    accession         VARCHAR,
    title             VARCHAR,
    authors           VARCHAR[],
    year              INTEGER,
    journal           VARCHAR,
    volume            VARCHAR,
    issue             VARCHAR,
    pages             VARCHAR,
    doi               VARCHAR,
    pmid              VARCHAR,
    pmcid             VARCHAR,
    issn              VARCHAR,
    isbn              VARCHAR,
    abstract          VARCHAR,
    keywords          VARCHAR[],
    language          VARCHAR,
    url               VARCHAR,
    type              VARCHAR,
    raw_sha256        VARCHAR NOT NULL,
    search_id         VARCHAR NOT NULL,   -- the search that found it first
    first_executed_at TIMESTAMPTZ NOT NULL,
    last_executed_at  TIMESTAMPTZ NOT NULL -- the search whose version the fields are
);

CREATE TABLE core.record_raw (
    record_id  VARCHAR NOT NULL,
    raw_sha256 VARCHAR NOT NULL,
    raw        STRUCT(tag VARCHAR, value VARCHAR)[] NOT NULL
);

-- What a newer version changed in the fields of a record that was known, in the order of loading.
CREATE TABLE core.record_change (
    record_id   VARCHAR NOT NULL,
    search_id   VARCHAR NOT NULL,
    arrival_id BIGINT NOT NULL,
    field       VARCHAR NOT NULL,
    before      VARCHAR,
    after       VARCHAR,
    spoiled     VARCHAR
);

-- Values of records that people put right, filled anew at each run from the log; of each record and field the last one.
CREATE TABLE core.record_correction (
    seq          BIGINT NOT NULL,      -- the ledger's event
    record_id    VARCHAR NOT NULL,
    field        VARCHAR NOT NULL,
    value        VARCHAR,              -- a list's values joined by '; '
    source_value VARCHAR,
    reviewer     VARCHAR NOT NULL,
    corrected_at TIMESTAMPTZ NOT NULL,
    why          VARCHAR NOT NULL,
    state        VARCHAR NOT NULL
);

-- What their sources say of the records in which a correction stands.
CREATE TABLE core.record_as_given (
    record_id VARCHAR NOT NULL,
    accession VARCHAR,
    title     VARCHAR,
    authors   VARCHAR[],
    year      INTEGER,
    journal   VARCHAR,
    volume    VARCHAR,
    issue     VARCHAR,
    pages     VARCHAR,
    doi       VARCHAR,
    pmid      VARCHAR,
    pmcid     VARCHAR,
    issn      VARCHAR,
    isbn      VARCHAR,
    abstract  VARCHAR,
    keywords  VARCHAR[],
    language  VARCHAR,
    url       VARCHAR,
    type      VARCHAR
);

-- Ids that records bore when their files counted for another source, or their source had another name.
CREATE TABLE core.record_alias (
    alias     VARCHAR PRIMARY KEY,
    record_id VARCHAR NOT NULL
);

-- Which report each record stands for. A report is named after the record of its cluster that was found first;
-- the name that any other record of the cluster would give is an alias.
CREATE TABLE core.report_record (
    record_id VARCHAR PRIMARY KEY,
    report_id VARCHAR NOT NULL
);

CREATE TABLE core.run (
    run_id     VARCHAR PRIMARY KEY,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at   TIMESTAMPTZ NOT NULL,
    trigger    VARCHAR NOT NULL,
    state      VARCHAR NOT NULL,
    new_records BIGINT NOT NULL,
    new_reports BIGINT NOT NULL,
    problems   BIGINT NOT NULL
);

-- Each look into a place that feeds sources, for each of these; replaced at each run from the log.
CREATE TABLE core.feed_check (
    check_id   BIGINT NOT NULL,        -- its place in the log
    source     VARCHAR NOT NULL,
    feed       VARCHAR NOT NULL,
    place      VARCHAR NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL,
    taken      BIGINT NOT NULL,
    complete   BOOLEAN NOT NULL,
    reason     VARCHAR NOT NULL
);

CREATE TABLE core.release (
    version      INTEGER PRIMARY KEY,
    run_id       VARCHAR NOT NULL,
    released_at  TIMESTAMPTZ NOT NULL,
    content_hash VARCHAR NOT NULL,
    upto         BIGINT NOT NULL,      -- the log's last event that it covers, and that event's hash
    head         VARCHAR NOT NULL
);

CREATE TABLE core.release_report (
    version   INTEGER NOT NULL,
    report_id VARCHAR NOT NULL,
    study_id  VARCHAR NOT NULL
);

-- What each version of the protocol changed of question and methods; replaced at each run from the log.
CREATE TABLE core.protocol_change (
    seq        BIGINT NOT NULL,        -- the protocol's arrival
    changed_at TIMESTAMPTZ NOT NULL,
    key        VARCHAR NOT NULL,
    before     VARCHAR,
    after      VARCHAR
);

-- The numbers of the PRISMA flow of each version, as they were when it was published.
CREATE TABLE core.release_flow (
    version INTEGER NOT NULL,
    box     VARCHAR NOT NULL,
    n       BIGINT NOT NULL
);

-- The boxes of the PRISMA flow diagram, in order (from tasks/publish/prisma_boxes.toml).
CREATE TABLE core.prisma_box (
    box      VARCHAR PRIMARY KEY,
    position INTEGER NOT NULL
);
