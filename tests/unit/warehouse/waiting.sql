-- A coding of a text that a second coder has still to code, with all that is made of it; what one of two assessors says; and where a
-- mailbox is. Every word in capitals that begins with SECRET, and 77001 and 77002, must not be published.
INSERT INTO core.waiting_document VALUES (1, 'doc_1');
INSERT INTO core.element_identity VALUES (1, 'document', 'doc_1', 'doc_1', 'doc_1'),
    (1, 'coding', 'SECRETCODING', 'SECRETCODING', 'SECRETCODING');
INSERT INTO core.coding BY NAME SELECT
    1 AS arrival_id, 'SECRETCODING' AS coding_id, 'doc_1' AS document_id, 'cod_1' AS code_id, 'Ada' AS coder, 'SECRETQUOTE' AS quote;
INSERT OR REPLACE INTO core.synthesis_rule VALUES ('assessors', 2);
INSERT INTO core.finding VALUES ('trust', 1, 'It grows.', '', 'Ada', TIMESTAMPTZ '2020-01-06 12:00:00Z', 1);
INSERT INTO core.finding_basis VALUES ('trust', [], [], '', []);
INSERT INTO core.confidence BY NAME SELECT
    'trust' AS finding_id, 'Ada' AS assessor, false AS consensus, 'low' AS level, 'SECRETLEVEL' AS explanation,
    TIMESTAMPTZ '2020-01-06 12:00:00Z' AS assessed_at, 2 AS seq, [] AS codings, [] AS studies, '' AS appraisal, [] AS retracted;
INSERT INTO core.confidence_component VALUES ('trust', 'Ada', false, 'coherence', 'serious', 'SECRETCONCERN');
INSERT INTO core.memo BY NAME SELECT
    1 AS arrival_id, 'mem_1' AS memo_id, 'segment' AS target, 'doc_1' AS document_id, 'SECRETMEMO' AS text;
INSERT INTO core.code_change BY NAME SELECT
    1 AS arrival_id, 0 AS other_id, 1 AS number, 'coded' AS kind, 'cod_1' AS code_id, 'SECRETCODING' AS coding_id,
    'doc_1' AS document_id, 'Ada' AS coder, 1 AS codings;
SET VARIABLE file = (SELECT min(arrival_id) FROM core.arrival);
INSERT INTO core.waiting_file VALUES (getvariable('file'), 1); INSERT INTO core.waiting_code VALUES ('SECRETCODE');
INSERT INTO core.element_identity VALUES (getvariable('file'), 'code', 'SECRETCODE', 'SECRETCODE', 'SECRETCODE');
INSERT INTO core.project BY NAME SELECT getvariable('file') AS arrival_id, 'p' AS name, 'x' AS tool, 'x' AS dialect;
INSERT INTO core.project_relation VALUES (getvariable('file'), 'prj_1', 'newer', true, NULL, false, 'SECRETWHY');
INSERT INTO core.project_difference VALUES (getvariable('file'), 0, true, 'coding', 'Ada', 77001, 0, 0, 0);
INSERT INTO core.not_carried VALUES (getvariable('file'), 'codings', 'SECRETSEGMENT');
INSERT INTO core.code BY NAME SELECT
    getvariable('file') AS arrival_id, 'SECRETCODE' AS code_id, 'SECRETCODE' AS guid, 'SECRETCODE' AS name, 'SECRETCODE' AS path,
    1 AS position, true AS is_codable;
INSERT INTO core.code_change (arrival_id, other_id, number, kind, code_id) VALUES (getvariable('file'), 0, 2, 'created', 'SECRETCODE');
INSERT INTO core.coding_plan (report_id, coder, planned, double, codings, state) VALUES ('rep_x', 'Ada', true, true, 77002, 'begun');
INSERT INTO core.coding_place BY NAME SELECT
    1 AS arrival_id, 'SECRETCODING' AS coding_id, 'h' AS text_hash, 'exact' AS how, 1 AS places, 3 AS start_char, 9 AS end_char,
    'SECRETQUOTE' AS quote;
INSERT INTO core.set_aside VALUES ('coding', 'SECRETCODING', NULL, 'doc_1');
INSERT INTO core.unshared_code VALUES ('SECRETTHOUGHT');
INSERT INTO core.feed_check VALUES (1, 'medline', 'mailbox', 'SECRETPLACE', TIMESTAMPTZ '2020-01-06 12:00:00Z', 0, false, 'SECRETREASON');
