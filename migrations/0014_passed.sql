-- What is tried again, or moved, long after it was written.

-- Whether nobody is to be told any more of what a notification tells: it was opened, its campaign was called back, the treatment has
-- ended or gone on since (the reminders of a step are those that were made with the first that its event names), or a later one of the
-- same step has been told.
create function has_passed(n notifications) returns boolean
  language sql stable parallel safe as $$
  select n.read_at is not null
    or exists (
      select from campaign_recipients r join campaigns c on c.id = r.campaign_id
      where r.notification_id = n.id and c.state = 'cancelled')
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

-- Keys of notices had any sixteen bytes; the provider takes UUIDs (RFC 9562). What it cannot know of gets another.
update notifications set idempotency_key = gen_random_uuid()
  where status = 'pending' and first_tried_at is null and idempotency_key::text !~ '^.{14}[1-8].{4}[89ab]';

-- A campaign in everybody's own time follows whoever moves to another zone before theirs was handed over.
create function follow_zone() returns trigger language plpgsql as $$
begin
  update campaign_recipients r set moment = greatest(now(), local_moment(c.send_at, new.time_zone))
    from campaigns c
    where r.user_id = new.id and r.notification_id is null and r.left_out is null
      and c.id = r.campaign_id and c.state in ('preparing', 'running', 'paused') and c.send_at is not null and c.time_zone is null;
  return null;
end $$;
create trigger users_moved after update of time_zone on users
  for each row when (old.time_zone is distinct from new.time_zone) execute function follow_zone();
