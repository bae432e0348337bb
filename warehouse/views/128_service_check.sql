-- Each time that a service was asked for notices or open texts, or that a list of notices was read, with how it ended.
CREATE OR REPLACE VIEW main.service_check AS
SELECT subject, origin, executed_at, window_from, window_to, found, complete, reason
FROM core.service_check;
