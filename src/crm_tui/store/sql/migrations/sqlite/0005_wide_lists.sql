-- Lists over all customers are gone along by an index that has their order. What the common filters ask stands in it, too,
-- so that rows that do not fit are never read: with a million customers that is most of the time of a narrowed page.
DROP INDEX customer_by_name;
DROP INDEX customer_by_city;
DROP INDEX customer_by_owner_name;
DROP INDEX customer_by_last_activity;
DROP INDEX customer_by_owner;
DROP INDEX customer_by_industry;
CREATE INDEX customer_by_name ON customer (name_key, id, is_active, owner_id, industry_id);
CREATE INDEX customer_by_number ON customer (number, id, is_active, owner_id, industry_id);
CREATE INDEX customer_by_city ON customer (city_key, id, is_active, owner_id, industry_id);
CREATE INDEX customer_by_owner_name ON customer (owner_key, id, is_active, owner_id, industry_id);
CREATE INDEX customer_by_last_activity ON customer (last_activity_at, id, is_active, owner_id, industry_id);
CREATE INDEX customer_by_owner ON customer (owner_id, name_key, id, is_active, industry_id);
CREATE INDEX customer_by_industry ON customer (industry_id, name_key, id, is_active, owner_id);

-- What contacts are narrowed to by their customer: kept, so that a list of contacts reads one index. A contact is living
-- where its customer is active, too. Rows are written with it (indexing.py); what changes later is followed here.
ALTER TABLE contact ADD COLUMN customer_owner INTEGER;
ALTER TABLE contact ADD COLUMN customer_industry INTEGER;
ALTER TABLE contact ADD COLUMN is_living INTEGER NOT NULL DEFAULT 1;
DROP INDEX contact_by_customer;
DROP INDEX contact_by_name;
DROP INDEX contact_by_role;
DROP INDEX contact_inactive;
UPDATE contact SET customer_owner = c.owner_id, customer_industry = c.industry_id,
  is_living = contact.is_active AND c.is_active
  FROM customer c WHERE c.id = contact.customer_id;
CREATE INDEX contact_by_customer ON contact
  (customer_id, is_active, name_key, id, role_id, is_living, customer_owner, customer_industry)
  WHERE is_deleted = 0;
CREATE INDEX contact_by_name ON contact
  (name_key, id, is_living, role_id, customer_id, customer_owner, customer_industry) WHERE is_deleted = 0;
CREATE INDEX contact_by_role ON contact (role_id, customer_id, is_active, is_deleted) WHERE role_id IS NOT NULL;
CREATE INDEX contact_not_living ON contact
  (name_key, id, role_id, customer_id, customer_owner, customer_industry)
  WHERE is_living = 0 AND is_deleted = 0;
CREATE TRIGGER contact_follows_customer AFTER UPDATE OF owner_id, industry_id, is_active ON customer
  WHEN new.owner_id IS NOT old.owner_id OR new.industry_id IS NOT old.industry_id OR new.is_active <> old.is_active
BEGIN
  UPDATE contact SET customer_owner = new.owner_id, customer_industry = new.industry_id,
    is_living = is_active AND new.is_active WHERE customer_id = new.id;
END;
CREATE TRIGGER contact_changes_customer AFTER UPDATE OF customer_id, is_active ON contact
  WHEN new.customer_id <> old.customer_id OR new.is_active <> old.is_active
BEGIN
  UPDATE contact SET (customer_owner, customer_industry, is_living) =
    (SELECT c.owner_id, c.industry_id, c.is_active AND new.is_active FROM customer c WHERE c.id = new.customer_id)
    WHERE id = new.id;
END;

-- A card of 100,000 activities opens like any other: what its lists leave out by kind or by case is left out without
-- reading the rows. over_at is NULL there, but an index that does not hold it is not enough.
DROP INDEX activity_ticked_by_customer;
DROP INDEX activity_timed_by_customer;
DROP INDEX activity_begins_by_customer;
CREATE INDEX activity_ticked_by_customer ON activity (customer_id, is_done, at, id, kind, case_id, due, over_at)
  WHERE over_at IS NULL;
CREATE INDEX activity_timed_by_customer ON activity (customer_id, over_at, at, id, kind, case_id)
  WHERE over_at IS NOT NULL;
CREATE INDEX activity_begins_by_customer ON activity (customer_id, at, id, over_at, kind, case_id)
  WHERE over_at IS NOT NULL;

-- The board: tasks of a status as they are due.
CREATE INDEX activity_task_by_customer ON activity
  (customer_id, task_status_id, coalesce(due, '9999-12-31'), id, case_id, is_done, assignee_id, due)
  WHERE task_status_id IS NOT NULL;
-- and as they were ticked
CREATE INDEX activity_task_by_customer_at ON activity
  (customer_id, task_status_id, at, id, case_id, is_done, assignee_id, due)
  WHERE task_status_id IS NOT NULL;

-- Whether something is planned on a case, whatever else there was.
CREATE INDEX activity_ticked_by_case ON activity (case_id, is_done, at, due, over_at)
  WHERE case_id IS NOT NULL AND over_at IS NULL;
CREATE INDEX activity_timed_by_case ON activity (case_id, over_at) WHERE case_id IS NOT NULL AND over_at IS NOT NULL;

-- Cases of a customer in the order of their list, with what says who sees them.
CREATE INDEX crm_case_in_order ON crm_case (
  customer_id,
  (sales_state = 'won'),
  (closed IS NOT NULL OR sales_state = 'lost'),
  iif((closed IS NOT NULL OR sales_state = 'lost'),
    -CAST(julianday(coalesce(closed, '0001-01-01')) AS INTEGER),
    CAST(julianday(coalesce(iif((sales_state = 'won'), deadline, expected_order_date), '9999-12-31')) AS INTEGER)),
  id, sales_state, closed, owner_id, sales_person_id, business_unit_id, deadline, expected_order_date
);
-- Notes of projects with their threads, files and notes with their cases.
DROP INDEX note_by_customer;
DROP INDEX note_pinned_by_customer;
DROP INDEX note_by_parent;
DROP INDEX file_by_customer;
CREATE INDEX note_by_customer ON note (customer_id, created_at, id, case_id);
CREATE INDEX note_pinned_by_customer ON note (customer_id, pinned, created_at, id, case_id, parent_id)
  WHERE case_id IS NOT NULL;
CREATE INDEX note_by_parent ON note (parent_id, id, customer_id, case_id, pinned, created_at) WHERE parent_id IS NOT NULL;
CREATE INDEX file_by_customer ON file (customer_id, created_at, id, case_id);
