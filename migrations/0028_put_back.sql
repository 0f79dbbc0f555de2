-- What staff cancelled by mistake can be put back; and the desk counts what was sent, cancelled and read today.

-- Whether somebody at the desk cancelled a notification, rather than the treatment going on, or its campaign being called back.
create function was_cancelled_by_hand(n notifications) returns boolean
  language sql stable parallel safe as $$
  select n.status = 'cancelled' and exists (
    select from audit_log a
    where a.object_table = 'notifications' and a.object_id = n.id and a.action = 'notification.cancel' and a.outcome = 'done')
$$;

-- Whether nobody is to be told any more of what a notification tells (see 0014): or of a message that was read since.
create or replace function has_passed(n notifications) returns boolean
  language sql stable parallel safe as $$
  select n.read_at is not null
    or exists (
      select from campaign_recipients r join campaigns c on c.id = r.campaign_id
      where r.notification_id = n.id and c.state = 'cancelled')
    or n.kind = 'message' and exists (select from messages m where m.notification_id = n.id and m.read_at is not null)
    or n.source = 'progress' and (
      not exists (select from journeys j where j.id = n.journey_id and j.status = 'active')
      or not exists (
        select from (
          select e.next_notification_id from progress_events e where e.journey_id = n.journey_id order by e.id desc limit 1
        ) newest
        join notifications first on first.id = newest.next_notification_id and first.created_at = n.created_at)
      or exists (
        select from notifications later
        where later.journey_id = n.journey_id and later.source = 'progress' and later.created_at = n.created_at
          and later.status <> 'cancelled' and later.told_at <= now() and (later.told_at, later.id) > (n.told_at, n.id)))
$$;

-- When it was cancelled, by whomever; what was cancelled before is not known to have been so today.
alter table notifications add column cancelled_at timestamptz;
create function note_cancelling() returns trigger language plpgsql as $$
begin
  new.cancelled_at := case when new.status = 'cancelled' then now() end;
  return new;
end $$;
create trigger notifications_cancelling before update of status on notifications
  for each row when (old.status <> new.status and 'cancelled' in (old.status, new.status)) execute function note_cancelling();

drop index notifications_cancelled_idx;
create index notifications_cancelled_idx on notifications (cancelled_at) where cancelled_at is not null;
create index notifications_read_idx on notifications (read_at) where read_at is not null;

-- What was done with many at once, for the report of it.
drop index audit_log_bulk_idx;
create index audit_log_bulk_idx on audit_log (request_id)
  where action in ('notification.cancel', 'notification.retry', 'notification.reschedule', 'notification.restore');
