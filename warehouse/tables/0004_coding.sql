-- What people say about the included reports: coded texts, study characteristics, critical appraisal.
-- Every row carries the file it came from; the views take those that count.
-- Comments on tables and columns come from schemas/, which is the data dictionary's single source.

CREATE TABLE core.project (
    arrival_id BIGINT PRIMARY KEY,
    name        VARCHAR NOT NULL,
    tool        VARCHAR NOT NULL,
    origin      VARCHAR,
    dialect     VARCHAR NOT NULL
);

CREATE TABLE core.document (
    arrival_id BIGINT NOT NULL,
    document_id VARCHAR NOT NULL,
    guid        VARCHAR,
    name        VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,
    source_path VARCHAR,
    description VARCHAR,
    text        VARCHAR,
    text_hash   VARCHAR
);

CREATE TABLE core.code (
    arrival_id BIGINT NOT NULL,
    code_id     VARCHAR NOT NULL,
    guid        VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    parent_id   VARCHAR,
    path        VARCHAR NOT NULL,
    position    INTEGER NOT NULL,
    color       VARCHAR,
    description VARCHAR,
    is_codable  BOOLEAN NOT NULL
);

CREATE TABLE core.coding (
    arrival_id BIGINT NOT NULL,
    coding_id   VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    code_id     VARCHAR NOT NULL,
    coder       VARCHAR NOT NULL,
    start_char  BIGINT,
    end_char    BIGINT,
    page        INTEGER,
    quote       VARCHAR,
    created_at  TIMESTAMPTZ
);

CREATE TABLE core.memo (
    arrival_id BIGINT NOT NULL,
    memo_id     VARCHAR NOT NULL,
    target      VARCHAR NOT NULL,
    document_id VARCHAR,
    code_id     VARCHAR,
    start_char  BIGINT,
    end_char    BIGINT,
    name        VARCHAR,
    text        VARCHAR,
    author      VARCHAR,
    created_at  TIMESTAMPTZ
);

CREATE TABLE core.document_value (
    arrival_id BIGINT NOT NULL,
    document_id VARCHAR,
    case_name   VARCHAR,
    field       VARCHAR NOT NULL,
    value       VARCHAR NOT NULL
);

CREATE TABLE core.coder (
    arrival_id BIGINT NOT NULL,
    guid        VARCHAR NOT NULL,
    coder       VARCHAR NOT NULL
);

CREATE TABLE core.not_carried (
    arrival_id BIGINT NOT NULL,
    kind        VARCHAR NOT NULL,
    name        VARCHAR
);

-- What each delivery of a project is to those before it, and what differs from them: worked out anew from all deliveries.
CREATE TABLE core.project_relation (
    arrival_id BIGINT PRIMARY KEY,
    project_id  VARCHAR NOT NULL,
    role        VARCHAR NOT NULL,
    counts      BOOLEAN NOT NULL,
    replaced_by BIGINT,
    ruled       BOOLEAN NOT NULL,
    why         VARCHAR NOT NULL
);

CREATE TABLE core.project_difference (
    arrival_id BIGINT NOT NULL,
    other_id    BIGINT NOT NULL,
    replaces    BOOLEAN NOT NULL,
    element     VARCHAR NOT NULL,
    coder       VARCHAR,
    kept        BIGINT NOT NULL,
    changed     BIGINT NOT NULL,
    gone        BIGINT NOT NULL,
    added       BIGINT NOT NULL
);

-- By which id the review knows each document, code and coding of each file, and by which name each coder: by the deliveries
-- alone, and after what people ruled to mean the same (tasks/synthesise/load_same.py).
CREATE TABLE core.element_identity (
    arrival_id BIGINT NOT NULL,
    element     VARCHAR NOT NULL,
    id          VARCHAR NOT NULL,
    delivered_as VARCHAR NOT NULL,
    known_as    VARCHAR NOT NULL
);

-- What people ruled of two codes, documents or coders, and whether it holds of what is there now.
CREATE TABLE core.element_ruling (
    seq      BIGINT PRIMARY KEY,
    element  VARCHAR NOT NULL,
    kept     VARCHAR NOT NULL,
    other    VARCHAR NOT NULL,
    verdict  VARCHAR NOT NULL,
    reason   VARCHAR,
    ruled_by VARCHAR NOT NULL,
    ruled_at TIMESTAMPTZ NOT NULL,
    counts   BOOLEAN NOT NULL
);

CREATE TABLE core.code_change (
    arrival_id BIGINT NOT NULL,
    other_id    BIGINT NOT NULL,
    number      INTEGER NOT NULL,
    kind        VARCHAR NOT NULL,
    code_id     VARCHAR NOT NULL,
    into_id     VARCHAR,
    old_path    VARCHAR,
    new_path    VARCHAR,
    coding_id   VARCHAR,
    document_id VARCHAR,
    coder       VARCHAR,
    codings     BIGINT,
    unsure      VARCHAR,
    changed_at  TIMESTAMPTZ
);

-- Codes and codings that stand no more, because coders said so on the page; codes known to their makers alone for now
-- (tasks/synthesise/load_work.py).
CREATE TABLE core.set_aside (
    element     VARCHAR NOT NULL,
    id          VARCHAR NOT NULL,
    into_id     VARCHAR,
    document_id VARCHAR
);

CREATE TABLE core.unshared_code (
    code_id VARCHAR PRIMARY KEY
);

-- What a mapping file says of documents, and what all that is known makes of each document.
CREATE TABLE core.document_mapping (
    arrival_id BIGINT NOT NULL,
    row         INTEGER NOT NULL,
    document    VARCHAR NOT NULL,
    key         VARCHAR NOT NULL
);

CREATE TABLE core.document_link (
    arrival_id BIGINT NOT NULL,
    document_id VARCHAR NOT NULL,
    record_id   VARCHAR,
    match       VARCHAR NOT NULL,
    said_by     VARCHAR,
    key         VARCHAR,
    how         VARCHAR
);

-- Double coding: what each coder coded in each document, and how that of two compares (tasks/synthesise/measure_codings.py).
CREATE TABLE core.coding_coverage (
    document_id     VARCHAR NOT NULL,
    coder           VARCHAR NOT NULL,
    codings         BIGINT NOT NULL,
    unplaced        BIGINT NOT NULL,
    segments        BIGINT NOT NULL,
    characters      BIGINT NOT NULL,
    text_characters BIGINT,
    results_coded      BIGINT,
    results_characters BIGINT
);

CREATE TABLE core.coding_pair (
    document_id     VARCHAR NOT NULL,
    coder_a         VARCHAR NOT NULL,
    coder_b         VARCHAR NOT NULL,
    characters_a    BIGINT NOT NULL,
    characters_b    BIGINT NOT NULL,
    characters_both BIGINT NOT NULL,
    segments_a      BIGINT NOT NULL,
    segments_b      BIGINT NOT NULL,
    matched_a       BIGINT NOT NULL,
    matched_b       BIGINT NOT NULL,
    text_characters BIGINT NOT NULL,
    different_parts BOOLEAN NOT NULL,
    same_coder      BOOLEAN NOT NULL
);

CREATE TABLE core.coding_pair_code (
    document_id     VARCHAR NOT NULL,
    coder_a         VARCHAR NOT NULL,
    coder_b         VARCHAR NOT NULL,
    characters_a    BIGINT NOT NULL,
    characters_b    BIGINT NOT NULL,
    characters_both BIGINT NOT NULL,
    segments_a      BIGINT NOT NULL,
    segments_b      BIGINT NOT NULL,
    matched_a       BIGINT NOT NULL,
    matched_b       BIGINT NOT NULL,
    code_id         VARCHAR NOT NULL,
    shared_a        BIGINT NOT NULL,
    shared_b        BIGINT NOT NULL
);

-- Where two coders differ, what was settled, and what counts by it (tasks/synthesise/load_settlements.py).
CREATE TABLE core.coding_difference (
    difference_id VARCHAR PRIMARY KEY,
    document_id   VARCHAR NOT NULL,
    coder_a       VARCHAR NOT NULL,
    coder_b       VARCHAR NOT NULL,
    start_char    BIGINT NOT NULL,
    end_char      BIGINT NOT NULL,
    codings_a     VARCHAR[] NOT NULL,
    codings_b     VARCHAR[] NOT NULL,
    quote         VARCHAR NOT NULL
);

CREATE TABLE core.coding_settlement (
    seq           BIGINT PRIMARY KEY,
    difference_id VARCHAR NOT NULL,
    document_id   VARCHAR NOT NULL,
    coder_a       VARCHAR NOT NULL,
    coder_b       VARCHAR NOT NULL,
    choice        VARCHAR NOT NULL,
    reason        VARCHAR NOT NULL,
    settled_by    VARCHAR NOT NULL,
    settled_at    TIMESTAMPTZ NOT NULL
);

CREATE TABLE core.left_out_coding (
    coding_id VARCHAR PRIMARY KEY,
    why       VARCHAR NOT NULL
);

CREATE TABLE core.settled_coding (
    coding_id   VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    code_id     VARCHAR NOT NULL,
    coder       VARCHAR NOT NULL,
    start_char  BIGINT,
    end_char    BIGINT,
    page        INTEGER,
    quote       VARCHAR,
    created_at  TIMESTAMPTZ,
    seq         BIGINT NOT NULL
);

-- Who codes which report, by the protocol and in fact (tasks/synthesise/load_plan.py).
CREATE TABLE core.coding_plan (
    report_id VARCHAR NOT NULL,
    coder     VARCHAR NOT NULL,
    planned   BOOLEAN NOT NULL,
    part      VARCHAR,
    double    BOOLEAN NOT NULL,
    drawn     BOOLEAN,
    codings   BIGINT,
    state     VARCHAR NOT NULL,
    done_at   TIMESTAMPTZ,
    seq       BIGINT
);

-- Documents whose codings wait until all their coders are done, in each file that holds them (tasks/synthesise/load_plan.py).
CREATE TABLE core.waiting_document (
    arrival_id  BIGINT NOT NULL,
    document_id VARCHAR NOT NULL
);

-- The files with codings that wait, by how many coders each is; and the codes that nobody but a coder who waits has used or made.
CREATE TABLE core.waiting_file (
    arrival_id BIGINT PRIMARY KEY,
    coders     INTEGER NOT NULL
);

CREATE TABLE core.waiting_code (
    code_id VARCHAR PRIMARY KEY
);

CREATE TABLE core.characteristic (
    arrival_id BIGINT NOT NULL,
    row         INTEGER NOT NULL,
    key         VARCHAR NOT NULL,
    study       VARCHAR,
    field       VARCHAR NOT NULL,
    value       VARCHAR,               -- null where the cell is empty
    status      VARCHAR NOT NULL,
    number      DOUBLE,
    qualifier   VARCHAR,
    extractor   VARCHAR,
    whole_study BOOLEAN NOT NULL,      -- the row is about all reports of the study
    place       VARCHAR NOT NULL       -- the cell, as 'Extraction!F12' or 'line 12'
);

CREATE TABLE core.appraisal (
    arrival_id BIGINT NOT NULL,
    row         INTEGER NOT NULL,
    key         VARCHAR NOT NULL,
    checklist   VARCHAR NOT NULL,
    item        INTEGER NOT NULL,
    answer      VARCHAR,               -- null where it was emptied, on the page
    reason      VARCHAR,
    reviewer    VARCHAR
);

-- Answers given on the page that count, or did before a later one; their values stand in the two tables above, under the
-- event's place in the log as their arrival.
CREATE TABLE core.given_answer (
    arrival_id BIGINT PRIMARY KEY,
    kind       VARCHAR NOT NULL,
    report_id  VARCHAR NOT NULL,
    who        VARCHAR NOT NULL,
    consensus  BOOLEAN NOT NULL,
    said_at    TIMESTAMPTZ NOT NULL
);

-- Which report each key of a characteristics or appraisal file means.
CREATE TABLE core.sheet_link (
    arrival_id BIGINT NOT NULL,
    key         VARCHAR NOT NULL,
    record_id   VARCHAR,
    match       VARCHAR NOT NULL,
    how         VARCHAR
);

-- The fields of the extraction form and the items of the checklists, as the protocol declares them; written at each run.
CREATE TABLE core.protocol_field (
    field     VARCHAR PRIMARY KEY,
    position  INTEGER NOT NULL,
    label     VARCHAR NOT NULL,
    type      VARCHAR NOT NULL,
    options   VARCHAR[] NOT NULL,
    unit      VARCHAR,
    required  BOOLEAN NOT NULL,
    variables VARCHAR[] NOT NULL,      -- names of the variables of QDA projects that hold it, as 'fold' writes them
    formerly  VARCHAR[] NOT NULL
);

CREATE TABLE core.checklist_item (
    checklist VARCHAR NOT NULL,
    title     VARCHAR NOT NULL,
    item      INTEGER NOT NULL,
    short     VARCHAR NOT NULL,
    question  VARCHAR NOT NULL,
    open      BOOLEAN NOT NULL,
    answers   VARCHAR[] NOT NULL
);

-- Full texts that stand by themselves (tasks/synthesise/load_documents.py); their text is in core.document.
CREATE TABLE core.document_file (
    arrival_id  BIGINT PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    format      VARCHAR NOT NULL
);

CREATE TABLE core.document_page (
    arrival_id BIGINT NOT NULL,
    page       INTEGER NOT NULL,
    start_char BIGINT NOT NULL,
    end_char   BIGINT NOT NULL
);

CREATE TABLE core.document_mention (
    arrival_id BIGINT NOT NULL,
    key        VARCHAR NOT NULL
);

-- Which of them count, which documents of projects are theirs, and where codings stand in their text: worked out anew.
CREATE TABLE core.document_standing (
    arrival_id  BIGINT PRIMARY KEY,
    known_as    VARCHAR NOT NULL,
    counts      BOOLEAN NOT NULL,
    replaced_by BIGINT
);

CREATE TABLE core.joined_document (
    arrival_id  BIGINT NOT NULL,
    document_id VARCHAR NOT NULL,
    was         VARCHAR NOT NULL,
    known_as    VARCHAR NOT NULL,
    how         VARCHAR NOT NULL
);

CREATE TABLE core.coding_place (
    arrival_id BIGINT NOT NULL,
    coding_id  VARCHAR NOT NULL,
    text_hash  VARCHAR NOT NULL,
    how        VARCHAR NOT NULL,
    told_by    VARCHAR,
    places     INTEGER NOT NULL,
    start_char BIGINT,
    end_char   BIGINT,
    quote      VARCHAR
);

-- Where the results section of each text is: as somebody said, else as its headings suggest (tasks/synthesise/mark_sections.py).
CREATE TABLE core.document_section (
    document_id VARCHAR NOT NULL,
    section     VARCHAR NOT NULL,
    start_char  BIGINT NOT NULL,
    end_char    BIGINT NOT NULL,
    text_hash   VARCHAR NOT NULL,
    heading     VARCHAR,
    said_by     VARCHAR,
    seq         BIGINT
);

-- Whose words the coded segments have, where that is known or can be guessed (tasks/synthesise/describe_segments.py).
CREATE TABLE core.coding_segment (
    coding_id        VARCHAR PRIMARY KEY,
    words_of         VARCHAR,
    words_of_by      VARCHAR,
    speakers         VARCHAR[] NOT NULL,
    speakers_by      VARCHAR,
    suggested        VARCHAR,
    suggested_by     VARCHAR
);

-- The field of the extraction form whose values speakers have.
CREATE TABLE core.speaker_field (
    field VARCHAR NOT NULL
);
