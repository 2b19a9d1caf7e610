-- What is audited may be named by others: a call by its call_id, a sign-in by its session.
ALTER TABLE audit_log ALTER COLUMN entity SET DATA TYPE VARCHAR(512);
