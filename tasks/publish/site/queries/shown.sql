-- What the site shows of each report: no abstract, no raw record. Read once; the pages join it.
CREATE OR REPLACE TEMP TABLE shown_report AS
SELECT report_id, study_id, study_label, title, authors, year, journal, volume, issue, pages, doi, pmid, url, language, type, sources
FROM report;
CREATE OR REPLACE TEMP TABLE shown_member AS
FROM prisma_member;
