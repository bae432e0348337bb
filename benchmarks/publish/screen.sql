-- What the site shows of them: where each report of benchmarks/load stands after screening, one in five hundred included.
INSERT INTO core.prisma_record BY NAME
SELECT
    record_id AS id, record_id, 'rep_' || substr(record_id, 2) AS report_id, source, 'database' AS method, 'databases' AS arm, true AS leads,
    CASE
        WHEN n % 500 = 0 THEN 'included' WHEN n % 50 = 1 THEN 'excluded_full_text' WHEN n % 100 = 2 THEN 'not_retrieved'
        ELSE 'excluded_screening'
    END AS place
FROM (SELECT *, row_number() OVER () AS n FROM core.record);

INSERT INTO core.report_path BY NAME
SELECT DISTINCT report_id, arm, place
FROM core.prisma_record;

INSERT INTO core.exclusion BY NAME
SELECT report_id, 'full-text' AS stage, 'Wrong population' AS reason
FROM core.report_path
WHERE place = 'excluded_full_text';
