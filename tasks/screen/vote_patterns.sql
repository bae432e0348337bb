-- How often the same reviewers voted alike on a report of a stage and version. Reads: vote, the rows of first_votes.sql.
-- Gives `votes`, who voted how, in any order; `reports`: on how many reports. A pattern has a row for each order of its votes.
SELECT which, stage, version, votes, count(*) AS reports
FROM (
    SELECT which, stage, version, list({reviewer: reviewer, verdict: verdict}) AS votes
    FROM vote
    GROUP BY which, stage, version, report_id
)
GROUP BY ALL
