-- Records as their sources give them, without any correction.
UPDATE core.record AS r
SET
    title = g.title, authors = g.authors, year = g.year, journal = g.journal, volume = g.volume, issue = g.issue,
    pages = g.pages, doi = g.doi, pmid = g.pmid, pmcid = g.pmcid, issn = g.issn, isbn = g.isbn,
    abstract = g.abstract, keywords = g.keywords, language = g.language, url = g.url, type = g.type
FROM core.record_as_given AS g
WHERE r.record_id = g.record_id;

DELETE FROM core.record_as_given;
