-- Activities of one user over all customers: project tasks are those of whom they are assigned to.
DROP INDEX activity_by_owner;
CREATE INDEX activity_ticked_by_user ON activity (coalesce(assignee_id, owner_id), is_done, at, id)
  WHERE over_at IS NULL;
CREATE INDEX activity_timed_by_user ON activity (coalesce(assignee_id, owner_id), at, id, over_at)
  WHERE over_at IS NOT NULL;

-- What is ticked stands where it is due, not where it begins: else what goes on for long stands before what is urgent.
UPDATE activity SET at = due
  WHERE over_at IS NULL AND starts_at IS NULL AND due IS NOT NULL AND (is_done = 0 OR done_at IS NULL) AND at <> due;

-- The few inactive contacts among those of all customers.
CREATE INDEX contact_inactive ON contact (name_key, id) WHERE is_active = 0 AND is_deleted = 0;

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
-- a merge takes over references, and an erasure forgets them
CREATE INDEX external_alias_by_entity ON external_alias (kind, entity_id);

-- What took the place of a value that was deleted: saved views, which have no change log, go on with it.
CREATE TABLE registry_replaced (value_id INTEGER PRIMARY KEY, replacement_id INTEGER NOT NULL) STRICT;
