-- What is whose to do (warehouse/materialised/5_screening_queue.sql).
CREATE OR REPLACE VIEW main.screening_queue AS
FROM core.screening_queue;
