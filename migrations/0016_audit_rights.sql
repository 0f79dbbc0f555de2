-- The audit log is written to by a server that may be at fault or in somebody else's hands: it says what happened, never when, and
-- which number a row has.
revoke insert on audit_log from midline_app;
grant insert (actor_id, actor_role, action, outcome, subject_id, object_table, object_id, request_id, detail) on audit_log
  to midline_app;

-- Whatever is granted some day: only the schema's owner writes what is past.
create function audit_log_now() returns trigger language plpgsql as $$
begin
  if new.at is distinct from now()
     and not pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
    new.at := now();
  end if;
  return new;
end $$;
create trigger audit_log_now before insert on audit_log for each row execute function audit_log_now();

-- The server makes no tables of its own, not even for a moment.
do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
exception when insufficient_privilege then
  raise notice 'temporary tables stay allowed: the schema''s owner does not own the database';
end $$;
