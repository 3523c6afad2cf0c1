-- To erase somebody used to switch the index's secure-delete on for that one deletion, which damages an index that
-- holds earlier deletions of the usual kind. These are made anew.
INSERT INTO contact_words (contact_words) VALUES ('rebuild');
INSERT INTO contact_infix (contact_infix) VALUES ('rebuild');

-- erased: how many people were erased; overwritten: of how many of them nothing is left in unused places of the file
-- contents_swept_at: when contents of files that were removed long ago were last taken away
ALTER TABLE upkeep ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upkeep ADD COLUMN overwritten INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upkeep ADD COLUMN contents_swept_at TEXT NOT NULL DEFAULT '';
UPDATE upkeep SET erased = (SELECT count(*) FROM contact WHERE is_deleted = 1);
