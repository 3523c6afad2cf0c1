-- A customer that is deleted and comes back is a favourite as before, and among the recent ones, for everybody who had
-- it there: so these rows outlive it. Ids are never used again, and who reads them asks for customers that are there.
CREATE TABLE new_favourite (
  user_id INTEGER NOT NULL REFERENCES crm_user (id), customer_id INTEGER NOT NULL,
  PRIMARY KEY (user_id, customer_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_favourite SELECT user_id, customer_id FROM favourite;
DROP TABLE favourite;
ALTER TABLE new_favourite RENAME TO favourite;

CREATE TABLE new_recent (
  user_id INTEGER NOT NULL REFERENCES crm_user (id), customer_id INTEGER NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (user_id, customer_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_recent SELECT user_id, customer_id, at FROM recent;
DROP TABLE recent;
ALTER TABLE new_recent RENAME TO recent;
