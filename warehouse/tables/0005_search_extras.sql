-- What is asked of services besides searches: citations of included reports, notices on reports, open texts; and which
-- exports are pieces of one search. All of it is derived from snapshots.

-- One row a trail of citations that was followed: one report, one direction, one service. `trail` is also the note of
-- the pages that it brought, so that each record leads back to it.
CREATE TABLE core.trail (
    event_id    BIGINT NOT NULL,    -- the outcome of the chase, in the log
    search_key  VARCHAR NOT NULL,
    trail       VARCHAR NOT NULL,
    source      VARCHAR NOT NULL,
    service     VARCHAR NOT NULL,
    direction   VARCHAR NOT NULL,
    report_id   VARCHAR NOT NULL,   -- the report's id at that time
    asked       VARCHAR NOT NULL,
    executed_at TIMESTAMPTZ NOT NULL,
    expected    BIGINT,
    retrieved   BIGINT NOT NULL,
    complete    BOOLEAN NOT NULL,
    reason      VARCHAR NOT NULL
);

-- Each time that a service was asked for notices or open texts, or that a list of notices was read.
CREATE TABLE core.service_check (
    check_id    BIGINT PRIMARY KEY, -- its outcome in the log, or the list's arrival
    subject     VARCHAR NOT NULL,
    origin      VARCHAR NOT NULL,
    executed_at TIMESTAMPTZ NOT NULL,
    window_from DATE,
    window_to   DATE,
    found       BIGINT NOT NULL,
    complete    BOOLEAN NOT NULL,
    reason      VARCHAR NOT NULL
);

CREATE TABLE core.notice (
    check_id    BIGINT NOT NULL,
    doi         VARCHAR,
    pmid        VARCHAR,
    nature      VARCHAR NOT NULL,
    date        DATE,
    reason      VARCHAR,
    notice_doi  VARCHAR,
    notice_pmid VARCHAR
);

CREATE TABLE core.open_text (
    check_id BIGINT NOT NULL,
    doi      VARCHAR NOT NULL,
    is_open  BOOLEAN,               -- null: Unpaywall does not know the DOI
    status   VARCHAR,
    url      VARCHAR,
    version  VARCHAR,
    licence  VARCHAR,
    updated  DATE
);

-- The counters that an export gives its first and last record, if it counts them (Ovid does).
CREATE TABLE core.export_counter (
    arrival_id BIGINT PRIMARY KEY,
    first       BIGINT,
    last        BIGINT
);

CREATE TABLE core.split_search (
    source       VARCHAR NOT NULL,
    name         VARCHAR NOT NULL,
    arrival_ids BIGINT[] NOT NULL, -- the pieces in order
    warnings     VARCHAR[] NOT NULL
);

-- Cover of sources: filled anew where what the sources found of the included reports is another (tasks/screen/cover.py).
CREATE TABLE core.source_cover (
    source      VARCHAR PRIMARY KEY,
    included    BIGINT NOT NULL,
    found       BIGINT NOT NULL,
    share       DOUBLE,
    share_low   DOUBLE,
    share_high  DOUBLE,
    alone       BIGINT NOT NULL,
    alone_share DOUBLE,
    alone_low   DOUBLE,
    alone_high  DOUBLE
);

CREATE TABLE core.source_set_cover (
    sources    VARCHAR[] NOT NULL,
    reports    BIGINT NOT NULL,
    included   BIGINT NOT NULL,
    within     BIGINT NOT NULL,
    share      DOUBLE,
    share_low  DOUBLE,
    share_high DOUBLE
);

CREATE TABLE core.cheapest_sources (
    sources     VARCHAR[] NOT NULL,
    reports     BIGINT NOT NULL,
    all_reports BIGINT NOT NULL,
    included    BIGINT NOT NULL,
    tried_all   BOOLEAN NOT NULL
);
