-- What people ruled of two codes, documents or coders that may mean the same, and did not take back.
CREATE OR REPLACE VIEW main.element_ruling AS
FROM core.element_ruling;
