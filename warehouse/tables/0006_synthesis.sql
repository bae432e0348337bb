-- Themes, findings, confidence and judgements as they stand, by the log's events; filled anew at each run.

CREATE TABLE core.theme (
    theme_id  VARCHAR PRIMARY KEY,
    position  INTEGER NOT NULL,
    name      VARCHAR NOT NULL,
    level     VARCHAR NOT NULL,
    statement VARCHAR NOT NULL,
    stated_by VARCHAR NOT NULL,
    stated_at TIMESTAMPTZ NOT NULL,
    seq       BIGINT NOT NULL
);

-- The codes that a theme is made of, as they were named, and as they are known now; code_id is null where none is.
CREATE TABLE core.theme_code (
    theme_id VARCHAR NOT NULL,
    path     VARCHAR NOT NULL,
    code_id  VARCHAR
);

CREATE TABLE core.theme_part (
    theme_id VARCHAR NOT NULL,
    part_id  VARCHAR NOT NULL
);

CREATE TABLE core.finding (
    finding_id VARCHAR PRIMARY KEY,
    position   INTEGER NOT NULL,
    sentence   VARCHAR NOT NULL,
    plain      VARCHAR NOT NULL,
    stated_by  VARCHAR NOT NULL,
    stated_at  TIMESTAMPTZ NOT NULL,
    seq        BIGINT NOT NULL
);

CREATE TABLE core.finding_theme (
    finding_id VARCHAR NOT NULL,
    theme_id   VARCHAR NOT NULL
);

-- What a finding rests on: a code or a coding, as it was named, and as it is known now.
CREATE TABLE core.finding_support (
    finding_id VARCHAR NOT NULL,
    number     INTEGER NOT NULL,
    stance     VARCHAR NOT NULL,
    element    VARCHAR NOT NULL,
    named      VARCHAR NOT NULL,
    known_as   VARCHAR,
    found_by   VARCHAR
);

CREATE TABLE core.confidence (
    finding_id  VARCHAR NOT NULL,
    assessor    VARCHAR NOT NULL,
    consensus   BOOLEAN NOT NULL,
    level       VARCHAR NOT NULL,
    explanation VARCHAR NOT NULL,
    assessed_at TIMESTAMPTZ NOT NULL,
    seq         BIGINT NOT NULL,
    codings     VARCHAR[] NOT NULL,
    studies     VARCHAR[] NOT NULL,
    appraisal   VARCHAR NOT NULL,
    retracted   VARCHAR[] NOT NULL
);

CREATE TABLE core.confidence_component (
    finding_id  VARCHAR NOT NULL,
    assessor    VARCHAR NOT NULL,
    consensus   BOOLEAN NOT NULL,
    component   VARCHAR NOT NULL,
    concern     VARCHAR NOT NULL,
    explanation VARCHAR NOT NULL
);

CREATE TABLE core.study_judgement (
    report_id VARCHAR NOT NULL,
    what      VARCHAR NOT NULL,
    id        VARCHAR NOT NULL,
    effect    VARCHAR NOT NULL,
    reason    VARCHAR NOT NULL,
    person    VARCHAR NOT NULL,
    judged_at TIMESTAMPTZ NOT NULL,
    seq       BIGINT NOT NULL
);

-- The protocol's numbers: from how many on something says that a new synthesis is due, and how many assess a finding.
CREATE TABLE core.synthesis_rule (
    trigger   VARCHAR PRIMARY KEY,
    threshold INTEGER NOT NULL
);

-- What themes and findings rest on, worked out of all of this (warehouse/materialised/synthesis).
CREATE TABLE core.theme_segment (
    theme_id  VARCHAR NOT NULL,
    coding_id VARCHAR NOT NULL,
    code_id   VARCHAR NOT NULL,
    report_id VARCHAR,
    study_id  VARCHAR
);

CREATE TABLE core.finding_segment (
    finding_id  VARCHAR NOT NULL,
    coding_id   VARCHAR NOT NULL,
    stance      VARCHAR NOT NULL,
    code_id     VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    quote       VARCHAR,
    report_id   VARCHAR,
    study_id    VARCHAR
);

CREATE TABLE core.finding_basis (
    finding_id VARCHAR PRIMARY KEY,
    codings    VARCHAR[] NOT NULL,
    studies    VARCHAR[] NOT NULL,
    appraisal  VARCHAR NOT NULL,
    retracted  VARCHAR[] NOT NULL
);

-- How many codes the studies brought, in the order in which they were included, beside 1,000 random orders.
CREATE TABLE core.saturation (
    position    INTEGER PRIMARY KEY,
    study_id    VARCHAR NOT NULL,
    new_codes   INTEGER NOT NULL,
    codes       INTEGER NOT NULL,
    low         DOUBLE NOT NULL,
    median      DOUBLE NOT NULL,
    high        DOUBLE NOT NULL
);
