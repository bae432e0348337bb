-- What a file holds and the warehouse does not can be of a coded segment: it is shown when none of the file's codings wait.
SELECT x.*
FROM core.not_carried AS x
ANTI JOIN core.waiting_file AS f ON f.arrival_id = x.arrival_id
