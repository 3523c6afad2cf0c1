-- Activities of one user over all customers: project tasks are theirs by assignment.
CREATE INDEX activity_by_assignee ON activity (assignee_id, is_done, at, id) WHERE assignee_id IS NOT NULL;

-- Who went into whom: an erased person is erased in what was merged into them, too, and stays so in an undone merge.
CREATE TABLE merged (
  change_id INTEGER NOT NULL REFERENCES change (id),
  kind TEXT NOT NULL, goes_id INTEGER NOT NULL, stays_id INTEGER NOT NULL,
  -- what else went over that has no change log, as JSON: favourites, recent, references, pairs that are none
  around TEXT NOT NULL,
  PRIMARY KEY (change_id, kind, goes_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX merged_by_stays ON merged (kind, stays_id);
CREATE INDEX merged_by_goes ON merged (kind, goes_id);
