-- Where a team's mailbox and folders are, and what kept it out of them, is the team's own.
SELECT * REPLACE (feed AS place, CASE WHEN complete THEN '' ELSE 'could not be looked into' END AS reason)
FROM core.feed_check
