-- Another dentist treats the patient by now: what waits is new to them, whoever acknowledged it before.

create or replace function report_goes_on() returns trigger language plpgsql as $$
begin
  if new.state < old.state and not (
    old.state = 'seen' and new.state = 'new' and not exists (
      select from users u join dentists d on d.id = u.assigned_dentist_id where u.id = old.user_id and d.user_id = old.seen_by))
  then
    raise exception 'report % does not go back from % to %', old.id, old.state, new.state
      using errcode = 'check_violation', constraint = 'reports_go_on';
  end if;
  return new;
end $$;

-- The new dentist is told, and the clinic's time begins anew.
grant update (notification_id, staff_at) on reports to midline_app;
