-- Who may come in over a server: passwords, and one token for each device. Neither is ever exported or logged. Of a
-- token there is only the SHA-256: it is random, so that nobody finds it by trying.
CREATE TABLE password (
  user_id INTEGER PRIMARY KEY REFERENCES crm_user (id) ON DELETE CASCADE,
  hash TEXT NOT NULL, changed_at TEXT NOT NULL, changed_by INTEGER
) STRICT;

CREATE TABLE device (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES crm_user (id) ON DELETE CASCADE,
  name TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL, created_by INTEGER, expires_at TEXT, last_used_at TEXT, revoked_at TEXT
) STRICT;
CREATE INDEX device_by_user ON device (user_id, id);

-- Wrong passwords, by a number made of the login: so there are as many rows for logins that nobody has, and no more
-- than there are numbers.
CREATE TABLE failed_sign_in (
  id INTEGER PRIMARY KEY, failures INTEGER NOT NULL, failed_at TEXT NOT NULL
) STRICT;

-- Whoever goes leaves no way in, whichever way they are made inactive, and none comes back with them: the device may be
-- anywhere by then. Their password, which they alone know, stays.
CREATE TRIGGER device_of_inactive AFTER UPDATE OF is_active ON crm_user WHEN NEW.is_active = 0 AND OLD.is_active = 1
BEGIN
  UPDATE device SET revoked_at = NEW.updated_at WHERE user_id = NEW.id AND revoked_at IS NULL;
END;
