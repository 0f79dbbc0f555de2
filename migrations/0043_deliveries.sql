-- What somebody is told, and how it reaches them, are two things: `notifications` holds what is told (seed 000's columns, the inbox, what
-- was read), `deliveries` is the queue of what goes out, a row a channel. See docs/decisions/0020-deliveries.md.
--
-- What there is becomes both, which takes a minute where much was told: all that is read is there meanwhile, what writes notifications
-- waits. The columns that move stay until 0045, and what the old program writes in them until then is followed.
lock table notifications in share row exclusive mode;

create type delivery_channel as enum ('push', 'email', 'sms');
-- `skipped`: there is nobody to hand it to, or it is not wanted there; what it tells stands in the inbox.
create type delivery_state as enum ('pending', 'sent', 'cancelled', 'failed', 'skipped');
alter type notification_delivery add value 'email' before 'inbox';
alter type notification_delivery add value 'sms' before 'inbox';

create table deliveries (
  id bigint generated always as identity primary key,
  notification_id bigint not null references notifications (id),
  channel delivery_channel not null,
  state delivery_state not null default 'pending',
  -- The provider's, the same for all tries.
  key uuid not null default gen_random_uuid(),
  -- When it may be claimed: as scheduled, or put off by quiet hours, by a lease, or by a try that failed.
  due_at timestamptz not null default now(),
  -- Since when it could have gone out, however often it was tried.
  owed_since timestamptz,
  -- Counts claims. Whoever settles names their claim: one that was taken over settles nothing.
  fence integer not null default 0,
  -- Up to which claim it is known that the provider took nothing. A claim that was never settled, or whose answer was lost, leaves a gap.
  known_fence integer not null default 0,
  tries integer not null default 0 check (tries >= 0),
  -- Since when the provider may know of it.
  first_tried_at timestamptz,
  -- Somebody wants it cancelled that the provider may know of: the provider is asked what it can still do.
  cancel_wanted boolean not null default false,
  provider_id text,
  -- Why the last try failed, or why there was none: a word.
  error text,
  sent_at timestamptz,
  unique (notification_id, channel),
  check ((state = 'sent') = (sent_at is not null)),
  check (not cancel_wanted or first_tried_at is not null)
);

update notifications set group_id = md5(journey_id || ' ' || created_at)::uuid where source = 'progress' and journey_id is not null;

-- The push that a notification was until now; until 0045.
create view pushes as
  select id as notification_id, 'push'::delivery_channel as channel,
         case when delivery = 'inbox' then 'skipped' else status::text::delivery_state end as state, idempotency_key as key, due_at, owed_since,
         fence, tries, first_tried_at, cancel_wanted, onesignal_id as provider_id, failure as error,
         case when delivery = 'push' then sent_at end as sent_at
  from notifications;
insert into deliveries (notification_id, channel, state, key, due_at, owed_since, fence, tries, first_tried_at, cancel_wanted, provider_id, error, sent_at)
  select * from pushes order by notification_id;

-- What is claimed: few, however many were sent; in one order, so that a claim can go on where the last one ended.
create index deliveries_due_idx on deliveries (due_at, id) where state = 'pending';
create index deliveries_failed_idx on deliveries (id) where state = 'failed';
analyze deliveries;

create function follow_pushes() returns trigger language plpgsql as $$
begin
  insert into deliveries (notification_id, channel, state, key, due_at, owed_since, fence, tries, first_tried_at, cancel_wanted, provider_id, error, sent_at)
    select * from pushes where notification_id = new.id
    on conflict (notification_id, channel) do update
    set state = excluded.state, due_at = excluded.due_at, owed_since = excluded.owed_since, fence = excluded.fence, tries = excluded.tries,
        first_tried_at = excluded.first_tried_at, cancel_wanted = excluded.cancel_wanted, provider_id = excluded.provider_id,
        error = excluded.error, sent_at = excluded.sent_at;
  return null;
end $$;
create trigger notifications_followed after insert or update on notifications
  for each row execute function follow_pushes();

grant select, insert, update on deliveries to midline_app;
grant select on pushes to midline_app;
