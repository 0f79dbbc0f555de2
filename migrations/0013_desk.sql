-- What those who run notifications missed at their desk.

create type notification_template as enum ('change_due', 'change_owed', 'review', 'message', 'dentist_change');
alter table notifications
  -- Which text it is, for whoever reads it in another language by then; null: written by hand, as it stands in `content`.
  add column template notification_template,
  -- Goes out in quiet hours, too: whoever gets it has just asked for it.
  add column at_any_hour boolean not null default false;
update notifications set template = kind::text::notification_template where kind in ('review', 'message', 'dentist_change');

alter table campaigns
  -- The form that made it: sent twice, it makes one.
  add column form_key uuid not null default gen_random_uuid(),
  -- Who started it, in which role: in whose name its notices go out; and who cancelled it.
  add column started_by bigint references users (id),
  add column started_as user_role,
  add column cancelled_by bigint references users (id),
  add column cancelled_as user_role;
create unique index campaigns_form_key_idx on campaigns (form_key);
update campaigns c set started_by = a.actor_id, started_as = a.actor_role
  from audit_log a
  where a.action = 'campaign.start' and a.object_table = 'campaigns' and a.object_id = c.id and a.outcome = 'done';

-- What was done with many at once, for the report of it.
create index audit_log_bulk_idx on audit_log (request_id)
  where action in ('notification.cancel', 'notification.retry', 'notification.reschedule');

-- In one order, so that a claim can go on where the last one ended.
drop index notifications_due_idx;
create index notifications_due_idx on notifications (due_at, id) where status = 'pending';

-- How many of those for the last day were cancelled.
create index notifications_cancelled_idx on notifications (told_at) where status = 'cancelled';

-- What is moved is owed from then on, or from now on, if that is past: dispatchers look for what becomes due, not for what was.
create or replace function schedule_notification() returns trigger language plpgsql as $$
begin
  if new.scheduled_for is not null and new.first_tried_at is null then
    new.due_at := case tg_op when 'INSERT' then greatest(new.due_at, new.scheduled_for) else greatest(now(), new.scheduled_for) end;
    new.owed_since := null;
  end if;
  return new;
end $$;
