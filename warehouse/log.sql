-- One row an event. The triggers make the table append-only for every client of SQLite, not only for ours;
-- the hash chain shows what a client that drops the triggers has done.
CREATE TABLE IF NOT EXISTS event (
    seq     INTEGER PRIMARY KEY,           -- from 1, without gaps
    at      TEXT NOT NULL,                 -- UTC, ISO 8601
    actor   TEXT NOT NULL,                 -- who did it
    kind    TEXT NOT NULL,                 -- what happened (schemas/event.py)
    version INTEGER NOT NULL,              -- of the kind's shape
    payload TEXT NOT NULL,                 -- the event, JSON
    hash    TEXT NOT NULL                  -- SHA-256 over the hash before it and this event
);

CREATE INDEX IF NOT EXISTS event_by_kind ON event (kind, seq);

CREATE TRIGGER IF NOT EXISTS event_is_never_updated BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only: undo is an event');
END;

CREATE TRIGGER IF NOT EXISTS event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only: undo is an event');
END;

-- Covers INSERT OR REPLACE too, which deletes without asking the trigger above.
CREATE TRIGGER IF NOT EXISTS event_follows_the_last BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only: an event follows the last one');
END;
