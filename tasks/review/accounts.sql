-- Who may use the page (private/people.sqlite): accounts, and hashes of links and sessions, never these themselves.
CREATE TABLE IF NOT EXISTS account (
    name       TEXT PRIMARY KEY,
    added_at   TEXT NOT NULL,
    removed_at TEXT,             -- of somebody who may no longer log in
    settings   TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS link (
    name       TEXT PRIMARY KEY,  -- one a person: a new link takes the place of the last
    hash       TEXT NOT NULL UNIQUE,
    expires_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS session (
    hash       TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    started_at TEXT NOT NULL,
    seen_at    TEXT NOT NULL
);
