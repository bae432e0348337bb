-- Text that a spreadsheet would run as a formula (CWE-1236) gets an apostrophe before it; numbers stay as they are.
-- The same rule as tasks/publish/tables.py has for frames.
CREATE OR REPLACE TEMP MACRO harmless(written) AS
    CASE
        WHEN regexp_matches(written, '^[\s\p{Z}\x00-\x1f\x85]*[=+\-@\t\r\n＝＋－＠]')
            AND NOT regexp_matches(written, '^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$')
            THEN '''' || written
        ELSE written
    END;
