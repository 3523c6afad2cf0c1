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

DROP INDEX contact_by_customer;
DROP INDEX contact_by_name;
DROP INDEX contact_by_role;
CREATE INDEX contact_by_customer ON contact (customer_id, is_active, name_key, id, role_id) WHERE is_deleted = 0;
CREATE INDEX contact_by_name ON contact (name_key, id, is_active, role_id, customer_id) WHERE is_deleted = 0;
CREATE INDEX contact_by_role ON contact (role_id, customer_id, is_active, is_deleted) WHERE role_id IS NOT NULL;
