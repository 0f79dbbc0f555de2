-- From now on the queue is `deliveries` alone (see 0043), and a notification's status follows from it.
--
-- The old program must not dispatch any more: it finds no queue, and sends nothing. Its pages for patients go on. Nobody reads
-- notifications while this runs, which is no longer than a look through them takes.
lock table notifications in access exclusive mode;
drop trigger notifications_followed on notifications;
drop function follow_pushes();
drop view pushes;
-- What the old program has written since.
update notifications set group_id = md5(journey_id || ' ' || created_at)::uuid where source = 'progress' and journey_id is not null and group_id is null;
alter table notifications alter column group_id set default gen_random_uuid();

drop trigger notifications_scheduled on notifications;
drop function schedule_notification();
drop index notifications_due_idx;
-- The desk lists what is pending by when it is told.
create index notifications_pending_idx on notifications (told_at, id) where status = 'pending';
alter table notifications
  drop column due_at, drop column owed_since, drop column fence, drop column tries, drop column first_tried_at,
  drop column cancel_wanted, drop column failure;

-- A try is one channel's.
alter table notification_tries
  add column channel delivery_channel not null default 'push',
  drop constraint notification_tries_pkey,
  add primary key (notification_id, channel, fence);

-- What is told gets its first delivery, a push, whoever writes it: due as it is scheduled, at once if that is past. The other channels
-- follow when that one is claimed, as their person wants it by then. Says that there is work, and to whom something was told: one word a
-- statement, and a transaction, however many of them; too many to name are everybody.
create or replace function wake_dispatchers() returns trigger language plpgsql as $$
declare
  people text;
begin
  insert into deliveries (notification_id, channel, state, key, due_at, provider_id, sent_at)
    select id, 'push', case when status = 'sent' and delivery <> 'push' then 'skipped' else status::text::delivery_state end,
           idempotency_key, greatest(now(), scheduled_for), onesignal_id, case when delivery = 'push' then sent_at end
    from changed order by id;
  if not exists (select from changed where status = 'pending' and coalesce(scheduled_for, now()) <= now()) then
    return null;
  end if;
  select case when count(*) <= 400 then string_agg(user_id::text, ',') else '*' end into people
    from (select distinct user_id from changed where told_at <= now() limit 401) told;
  perform pg_notify('notifications', coalesce(people, ''));
  return null;
end $$;

-- What is moved is owed from then on, or from now on, if that is past: dispatchers look for what becomes due, not for what was.
create function move_deliveries() returns trigger language plpgsql as $$
begin
  update deliveries set due_at = greatest(now(), new.scheduled_for), owed_since = null
    where notification_id = new.id and first_tried_at is null;
  return null;
end $$;
create trigger notifications_moved after update of scheduled_for on notifications
  for each row when (new.scheduled_for is not null) execute function move_deliveries();

-- The one rule by which a notification stands as its deliveries do. It is `pending` while one of them is; else `sent` if one went out, by
-- the first of push, e-mail and text message that did; else `failed` if one failed; else `cancelled` if one was. If all were skipped it is
-- `sent` to the inbox. Whoever changes a delivery's state holds the notification first, then the delivery, each in the order of ids.
create function follow_deliveries() returns trigger language plpgsql as $$
declare
  ids bigint[];
begin
  select array_agg(distinct kept.notification_id) into ids from kept join gone using (id) where kept.state <> gone.state;
  if ids is null then
    return null;
  end if;
  -- Two deliveries of one that are settled at once: the second sees what the first did.
  perform from notifications where id = any (ids) order by id for no key update;
  update notifications n
    set status = stands.status, onesignal_id = coalesce(stands.push_id, n.onesignal_id),
        delivery = case when stands.status = 'sent' then coalesce(stands.channel::text, 'inbox')::notification_delivery end,
        sent_at = case when stands.status = 'sent' then coalesce(stands.sent_at, n.sent_at, now()) end
    from (
      select d.notification_id,
             (case when bool_or(d.state = 'pending') then 'pending' when bool_or(d.state = 'sent') then 'sent'
                   when bool_or(d.state = 'failed') then 'failed' when bool_or(d.state = 'cancelled') then 'cancelled'
                   else 'sent' end)::notification_status as status,
             min(d.channel) filter (where d.state = 'sent') as channel, min(d.sent_at) as sent_at,
             max(d.provider_id) filter (where d.channel = 'push') as push_id
      from deliveries d where d.notification_id = any (ids) group by d.notification_id
    ) stands
    where n.id = stands.notification_id;
  return null;
end $$;
create trigger deliveries_followed after update on deliveries
  referencing old table as gone new table as kept for each statement execute function follow_deliveries();

-- Cancels what is pending of some notifications: at once what the provider cannot know of, else by asking the provider. Answers how many
-- notifications had something pending. Statement by statement, so that what was added while the rows were waited for is seen, too.
create function cancel_deliveries(ids bigint[]) returns bigint language plpgsql as $$
declare
  cancelled bigint;
  wanted boolean;
begin
  perform from notifications where id = any (ids) and status::text = 'pending' order by id for no key update;
  perform from deliveries where notification_id = any (ids) and state::text = 'pending' order by id for no key update;
  with done as (
    update deliveries
      set state = case when first_tried_at is null then 'cancelled'::delivery_state else state end,
          cancel_wanted = first_tried_at is not null, tries = 0,
          due_at = case when first_tried_at is null then due_at else now() end
      where notification_id = any (ids) and state::text = 'pending'
    returning notification_id, cancel_wanted
  )
  select count(distinct notification_id), bool_or(cancel_wanted) into cancelled, wanted from done;
  if wanted then
    -- A dispatcher is to ask the provider.
    perform pg_notify('notifications', '');
  end if;
  return cancelled;
end $$;

-- How the deliveries of one notification stand, for whoever looks at the notification: a row in any case.
create function queue_of(notification bigint)
  returns table (due_at timestamptz, tries integer, tried boolean, cancel_wanted boolean, failure text)
  language sql stable parallel safe rows 1 as $$
  select coalesce(min(d.due_at) filter (where d.state = 'pending'), max(d.due_at)), coalesce(max(d.tries), 0), count(d.first_tried_at) > 0,
         coalesce(bool_or(d.cancel_wanted and d.state = 'pending'), false),
         coalesce(max(d.error) filter (where d.state = 'failed'), max(d.error) filter (where d.state = 'pending'))
  from deliveries d where d.notification_id = notification
$$;

-- Whether nobody is to be told any more of what a notification tells: it was opened, its campaign was called back, its message was read,
-- the treatment has ended or gone on since (the reminders of a step share a group with the one that its event names), or a later one of
-- the same step has been told.
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
        join notifications first on first.id = newest.next_notification_id and first.group_id = n.group_id)
      or exists (
        select from notifications later
        where later.journey_id = n.journey_id and later.source = 'progress' and later.group_id = n.group_id
          and later.status <> 'cancelled' and later.told_at <= now() and (later.told_at, later.id) > (n.told_at, n.id)))
$$;
