-- All entities. Instants are text in UTC (2026-11-22T09:30:00.000000Z), plain dates text (2026-11-22), so both
-- sort as text; money is minor units; references end in _id. Kept columns (name_key, words, at, ...) are derived
-- by the store on every write and never read back as data.

CREATE TABLE organization (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  name TEXT NOT NULL, country TEXT NOT NULL, currency TEXT NOT NULL, language TEXT NOT NULL, time_zone TEXT NOT NULL,
  next_customer_number INTEGER NOT NULL, next_case_number INTEGER NOT NULL
) STRICT;

CREATE TABLE import_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at TEXT NOT NULL, finished_at TEXT, actor_id INTEGER, source TEXT NOT NULL, state TEXT NOT NULL,
  created INTEGER NOT NULL DEFAULT 0, updated INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE registry_value (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  kind TEXT NOT NULL, name TEXT NOT NULL, is_active INTEGER NOT NULL, position INTEGER NOT NULL,
  code TEXT, group_id INTEGER REFERENCES registry_value (id),
  is_default INTEGER NOT NULL, is_done INTEGER NOT NULL, sales_state TEXT, probability INTEGER
) STRICT;
CREATE INDEX registry_value_by_kind ON registry_value (kind, position, id);
CREATE UNIQUE INDEX registry_value_by_ref ON registry_value (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE profile (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  name TEXT NOT NULL UNIQUE, customers TEXT NOT NULL, delete_customers INTEGER NOT NULL,
  projects TEXT NOT NULL, admin INTEGER NOT NULL
) STRICT;

CREATE TABLE crm_user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  name TEXT NOT NULL, login TEXT NOT NULL UNIQUE, email TEXT, profile_id INTEGER NOT NULL REFERENCES profile (id),
  business_unit_id INTEGER REFERENCES registry_value (id), superior_id INTEGER REFERENCES crm_user (id),
  is_active INTEGER NOT NULL
) STRICT;
CREATE INDEX crm_user_by_superior ON crm_user (superior_id);
CREATE UNIQUE INDEX crm_user_by_ref ON crm_user (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE customer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  name TEXT NOT NULL, number INTEGER NOT NULL UNIQUE, owner_id INTEGER REFERENCES crm_user (id), description TEXT,
  vat_number TEXT, business_id TEXT, industry_id INTEGER REFERENCES registry_value (id),
  email TEXT, phone TEXT, website TEXT, employees INTEGER, annual_revenue INTEGER,
  is_active INTEGER NOT NULL, is_internal INTEGER NOT NULL,
  headquarters_id INTEGER REFERENCES address (id) DEFERRABLE INITIALLY DEFERRED,
  -- kept
  name_key TEXT NOT NULL, city TEXT, city_key TEXT NOT NULL DEFAULT '', owner_key TEXT NOT NULL DEFAULT '',
  last_activity_at TEXT NOT NULL DEFAULT '', words TEXT NOT NULL
) STRICT;
CREATE INDEX customer_by_name ON customer (name_key, id);
CREATE INDEX customer_by_city ON customer (city_key, id);
CREATE INDEX customer_by_owner_name ON customer (owner_key, id);
CREATE INDEX customer_by_last_activity ON customer (last_activity_at, id);
CREATE INDEX customer_by_owner ON customer (owner_id, name_key, id);
CREATE INDEX customer_by_industry ON customer (industry_id, name_key, id);
CREATE INDEX customer_inactive ON customer (name_key, id) WHERE is_active = 0;
-- deleting an address looks for the customer whose headquarters it is
CREATE INDEX customer_by_headquarters ON customer (headquarters_id) WHERE headquarters_id IS NOT NULL;
CREATE UNIQUE INDEX customer_by_ref ON customer (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE customer_segment (
  customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  segment_id INTEGER NOT NULL REFERENCES registry_value (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (customer_id, segment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_segment_by_segment ON customer_segment (segment_id, customer_id);

CREATE TABLE billing_settings (
  id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  invoice_template TEXT, invoice_language TEXT, payment_term INTEGER, overdue_interest TEXT, vat_percent TEXT,
  reverse_charge INTEGER NOT NULL, reverse_charge_text TEXT, einvoice_address TEXT, einvoice_operator TEXT,
  currency TEXT, price_list TEXT, time_zone TEXT
) STRICT;

CREATE TABLE address (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  line1 TEXT, line2 TEXT, postal_code TEXT, city TEXT, region TEXT, country TEXT, phone TEXT,
  is_billing INTEGER NOT NULL, is_postal INTEGER NOT NULL, is_visiting INTEGER NOT NULL
) STRICT;
CREATE INDEX address_by_customer ON address (customer_id, id);
CREATE UNIQUE INDEX address_by_ref ON address (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  first_name TEXT NOT NULL, last_name TEXT NOT NULL, title TEXT, emails TEXT NOT NULL, phones TEXT NOT NULL,
  address_id INTEGER REFERENCES address (id), role_id INTEGER REFERENCES registry_value (id),
  language TEXT, description TEXT, date_of_birth TEXT,
  email_allowed INTEGER NOT NULL, is_active INTEGER NOT NULL, is_deleted INTEGER NOT NULL,
  -- kept
  name_key TEXT NOT NULL, words TEXT NOT NULL
) STRICT;
CREATE INDEX contact_by_customer ON contact (customer_id, is_active, name_key, id) WHERE is_deleted = 0;
CREATE INDEX contact_by_name ON contact (name_key, id) WHERE is_deleted = 0;
CREATE INDEX contact_by_role ON contact (role_id, customer_id) WHERE role_id IS NOT NULL;
CREATE INDEX contact_by_address ON contact (address_id) WHERE address_id IS NOT NULL;
-- deleting a customer looks for all that is left of it, erased contacts too
CREATE INDEX contact_of_customer ON contact (customer_id);
CREATE UNIQUE INDEX contact_by_ref ON contact (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE contact_keyword (
  contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
  keyword_id INTEGER NOT NULL REFERENCES registry_value (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (contact_id, keyword_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_keyword_by_keyword ON contact_keyword (keyword_id, contact_id);

-- "case" is a word of SQL
CREATE TABLE crm_case (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  customer_id INTEGER NOT NULL REFERENCES customer (id), name TEXT NOT NULL, number INTEGER NOT NULL UNIQUE,
  owner_id INTEGER REFERENCES crm_user (id), sales_person_id INTEGER REFERENCES crm_user (id),
  business_unit_id INTEGER REFERENCES registry_value (id), contact_id INTEGER REFERENCES contact (id),
  description TEXT, lost_reason TEXT,
  sales_status_id INTEGER NOT NULL REFERENCES registry_value (id), sales_state TEXT NOT NULL,
  project_status_id INTEGER REFERENCES registry_value (id), probability INTEGER, expected_value INTEGER,
  expected_order_date TEXT, start TEXT, deadline TEXT, closed TEXT, currency TEXT NOT NULL,
  billing_customer_id INTEGER REFERENCES customer (id),
  our_reference TEXT, your_reference TEXT, order_number TEXT, completion INTEGER,
  -- kept
  name_key TEXT NOT NULL, words TEXT NOT NULL
) STRICT;
CREATE INDEX crm_case_by_customer ON crm_case (customer_id, sales_state, closed, expected_order_date, id);
CREATE INDEX crm_case_by_billing_customer ON crm_case (billing_customer_id) WHERE billing_customer_id IS NOT NULL;
CREATE INDEX crm_case_by_owner ON crm_case (owner_id);
CREATE INDEX crm_case_by_contact ON crm_case (contact_id) WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX crm_case_by_ref ON crm_case (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE case_member (
  case_id INTEGER NOT NULL REFERENCES crm_case (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES crm_user (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (case_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_member_by_user ON case_member (user_id, case_id);
CREATE TABLE case_contact (
  case_id INTEGER NOT NULL REFERENCES crm_case (id) ON DELETE CASCADE,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (case_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_contact_by_contact ON case_contact (contact_id, case_id);
CREATE TABLE case_keyword (
  case_id INTEGER NOT NULL REFERENCES crm_case (id) ON DELETE CASCADE,
  keyword_id INTEGER NOT NULL REFERENCES registry_value (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (case_id, keyword_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  kind TEXT NOT NULL, name TEXT NOT NULL, customer_id INTEGER REFERENCES customer (id),
  case_id INTEGER REFERENCES crm_case (id), owner_id INTEGER REFERENCES crm_user (id),
  assignee_id INTEGER REFERENCES crm_user (id), starts_at TEXT, ends_at TEXT, starts_on TEXT, due TEXT,
  all_day INTEGER NOT NULL, is_done INTEGER NOT NULL, location TEXT, notes TEXT,
  task_status_id INTEGER REFERENCES registry_value (id), type_id INTEGER REFERENCES registry_value (id),
  done_at TEXT,
  -- kept: at orders the feed (done_at, start or due date); over_at is when an entry that nobody ticks is over,
  -- NULL for to-dos and tasks
  at TEXT NOT NULL, over_at TEXT
) STRICT;
CREATE INDEX activity_ticked_by_customer ON activity (customer_id, is_done, at, id) WHERE over_at IS NULL;
CREATE INDEX activity_timed_by_customer ON activity (customer_id, over_at, at, id) WHERE over_at IS NOT NULL;
CREATE INDEX activity_begins_by_customer ON activity (customer_id, at, id) WHERE over_at IS NOT NULL;
CREATE INDEX activity_by_case ON activity (case_id, task_status_id, is_done, at, id) WHERE case_id IS NOT NULL;
CREATE INDEX activity_by_owner ON activity (owner_id, is_done, at, id);
CREATE INDEX activity_by_end ON activity (over_at) WHERE over_at IS NOT NULL;
CREATE INDEX activity_of_customer ON activity (customer_id) WHERE customer_id IS NOT NULL;
CREATE UNIQUE INDEX activity_by_ref ON activity (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE activity_user (
  activity_id INTEGER NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES crm_user (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (activity_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_user_by_user ON activity_user (user_id, activity_id);
CREATE TABLE activity_contact (
  activity_id INTEGER NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (activity_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_contact_by_contact ON activity_contact (contact_id, activity_id);

CREATE TABLE note (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  customer_id INTEGER NOT NULL REFERENCES customer (id), case_id INTEGER REFERENCES crm_case (id),
  text TEXT NOT NULL, author_id INTEGER REFERENCES crm_user (id), pinned INTEGER NOT NULL,
  parent_id INTEGER REFERENCES note (id)
) STRICT;
CREATE INDEX note_by_customer ON note (customer_id, created_at, id);
CREATE INDEX note_pinned_by_customer ON note (customer_id, pinned, created_at, id) WHERE case_id IS NOT NULL;
CREATE INDEX note_by_case ON note (case_id, pinned, created_at, id) WHERE case_id IS NOT NULL;
CREATE INDEX note_by_parent ON note (parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX note_by_ref ON note (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE forecast (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  case_id INTEGER NOT NULL REFERENCES crm_case (id), year INTEGER NOT NULL, month INTEGER NOT NULL,
  billing INTEGER, revenue INTEGER, labor_expense INTEGER, other_expense INTEGER,
  billing_note TEXT, revenue_note TEXT, labor_note TEXT, other_note TEXT,
  UNIQUE (case_id, year, month)
) STRICT;
CREATE UNIQUE INDEX forecast_by_ref ON forecast (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE actual (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  case_id INTEGER NOT NULL REFERENCES crm_case (id), year INTEGER NOT NULL, month INTEGER NOT NULL,
  billed INTEGER, labor_cost INTEGER, other_cost INTEGER,
  UNIQUE (case_id, year, month)
) STRICT;
CREATE UNIQUE INDEX actual_by_ref ON actual (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE invoice (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  customer_id INTEGER NOT NULL REFERENCES customer (id), number TEXT NOT NULL UNIQUE, status TEXT NOT NULL,
  billing_customer_id INTEGER REFERENCES customer (id), date TEXT NOT NULL, due TEXT, paid TEXT,
  currency TEXT NOT NULL, receiver TEXT NOT NULL, total INTEGER NOT NULL, vat INTEGER,
  -- kept
  words TEXT NOT NULL
) STRICT;
CREATE INDEX invoice_by_customer ON invoice (customer_id, date, id);
CREATE INDEX invoice_by_billing_customer ON invoice (billing_customer_id) WHERE billing_customer_id IS NOT NULL;
CREATE UNIQUE INDEX invoice_by_ref ON invoice (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE invoice_case (
  invoice_id INTEGER NOT NULL REFERENCES invoice (id) ON DELETE CASCADE,
  case_id INTEGER NOT NULL REFERENCES crm_case (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (invoice_id, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX invoice_case_by_case ON invoice_case (case_id, invoice_id);

CREATE TABLE file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT NOT NULL, updated_by INTEGER,
  external_ref TEXT, import_id INTEGER,
  customer_id INTEGER NOT NULL REFERENCES customer (id), case_id INTEGER REFERENCES crm_case (id),
  name TEXT NOT NULL, kind TEXT NOT NULL, url TEXT, description TEXT,
  content_type TEXT, size INTEGER, sha256 TEXT, content_key TEXT UNIQUE
) STRICT;
CREATE INDEX file_by_customer ON file (customer_id, created_at, id);
CREATE INDEX file_by_case ON file (case_id) WHERE case_id IS NOT NULL;
CREATE UNIQUE INDEX file_by_ref ON file (external_ref) WHERE external_ref IS NOT NULL;

-- The change log: a change is one transaction of one actor, its lines say what became of which field. Creating
-- is one line without values; deleting is one line whose old value is the whole row, so that it can be undone.
CREATE TABLE change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL, actor_id INTEGER, action TEXT NOT NULL, source TEXT,
  import_id INTEGER REFERENCES import_run (id), undoes_id INTEGER REFERENCES change (id)
) STRICT;
CREATE INDEX change_by_actor ON change (actor_id, id);
CREATE INDEX change_by_import ON change (import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX change_by_undoes ON change (undoes_id) WHERE undoes_id IS NOT NULL;
CREATE TABLE change_line (
  change_id INTEGER NOT NULL REFERENCES change (id),
  line INTEGER NOT NULL,
  kind TEXT NOT NULL, entity_id INTEGER NOT NULL, customer_id INTEGER, revision INTEGER NOT NULL,
  field TEXT NOT NULL, old TEXT, new TEXT,
  PRIMARY KEY (change_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_line_by_entity ON change_line (kind, entity_id, change_id);
CREATE INDEX change_line_by_customer ON change_line (customer_id, change_id) WHERE customer_id IS NOT NULL;

-- external references of imported records that turned out to be an entity which was there already
CREATE TABLE external_alias (
  kind TEXT NOT NULL, external_ref TEXT NOT NULL, entity_id INTEGER NOT NULL, import_id INTEGER,
  PRIMARY KEY (kind, external_ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  key TEXT NOT NULL, actor_id INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, entity_id INTEGER NOT NULL,
  PRIMARY KEY (actor_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE favourite (
  user_id INTEGER NOT NULL REFERENCES crm_user (id), customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  PRIMARY KEY (user_id, customer_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE recent (
  user_id INTEGER NOT NULL REFERENCES crm_user (id), customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  PRIMARY KEY (user_id, customer_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE saved_view (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES crm_user (id), list TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
  UNIQUE (user_id, list, name)
) STRICT;
CREATE TABLE user_setting (
  user_id INTEGER NOT NULL REFERENCES crm_user (id), key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE not_duplicate (
  kind TEXT NOT NULL, low_id INTEGER NOT NULL, high_id INTEGER NOT NULL, at TEXT NOT NULL, actor_id INTEGER,
  PRIMARY KEY (kind, low_id, high_id)
) STRICT, WITHOUT ROWID;
-- settled_until: customers' last activity counts timed entries that were over by then
CREATE TABLE upkeep (id INTEGER PRIMARY KEY CHECK (id = 1), settled_until TEXT NOT NULL) STRICT;
INSERT INTO upkeep VALUES (1, '');

-- Search. The words are folded by the store and hold no ASCII punctuation, so the ascii tokenizer keeps each as
-- one token. Prefixes of all lengths that people type are indexed; the trigrams serve infixes.
CREATE VIRTUAL TABLE customer_words USING fts5 (
  words, content='customer', content_rowid='id', tokenize='ascii', prefix='1 2 3 4 5 6 7 8', detail='none', columnsize=0);
CREATE VIRTUAL TABLE customer_infix USING fts5 (
  words, content='customer', content_rowid='id', tokenize='trigram case_sensitive 1', detail='none', columnsize=0);
CREATE VIRTUAL TABLE contact_words USING fts5 (
  words, content='contact', content_rowid='id', tokenize='ascii', prefix='1 2 3 4 5 6 7 8', detail='none', columnsize=0);
CREATE VIRTUAL TABLE contact_infix USING fts5 (
  words, content='contact', content_rowid='id', tokenize='trigram case_sensitive 1', detail='none', columnsize=0);
CREATE VIRTUAL TABLE case_words USING fts5 (
  words, content='crm_case', content_rowid='id', tokenize='ascii', prefix='1 2 3 4 5 6 7 8', detail='none', columnsize=0);
CREATE VIRTUAL TABLE case_infix USING fts5 (
  words, content='crm_case', content_rowid='id', tokenize='trigram case_sensitive 1', detail='none', columnsize=0);
CREATE VIRTUAL TABLE invoice_words USING fts5 (
  words, content='invoice', content_rowid='id', tokenize='ascii', prefix='1 2 3 4 5 6 7 8', detail='none', columnsize=0);
