-- Campaigns: one notice to everybody of whom something is true; and what the staff's desk needs to find and to move notifications.

-- The first moment at which it is this local time somewhere. A time that does not exist there that day is the next that does; one that
-- comes twice is the first.
create function local_moment(wanted timestamp, zone text) returns timestamptz
  language sql stable parallel safe as $$
  select case when (wanted at time zone zone) at time zone zone = wanted
    then (select min(candidate) from unnest(array['0', '30 min', '1 h', '2 h', '3 h', '1 day']::interval[]) back,
                 lateral (select (wanted at time zone zone) - back as candidate) c
          where candidate at time zone zone = wanted)
    -- Clocks are set at quarters of an hour, by a day at most.
    else (select min(step) from generate_series(date_trunc('hour', wanted at time zone zone) - interval '25 h',
                                                (wanted at time zone zone) + interval '1 h', interval '15 min') step
          where step at time zone zone >= wanted)
  end
$$;

-- Whether a local time lies in quiet hours. The same time twice: none.
create function in_quiet_hours(clock time, quiet_from time, quiet_until time) returns boolean
  language sql immutable parallel safe as $$
  select case when quiet_from <= quiet_until then clock >= quiet_from and clock < quiet_until
              else clock >= quiet_from or clock < quiet_until end
$$;

-- When quiet hours end that a moment lies in.
create function quiet_end(moment timestamptz, zone text, quiet_from time, quiet_until time) returns timestamptz
  language sql stable parallel safe as $$
  -- Where that local time comes twice, and has come once: the other.
  select case when local_moment(ends, zone) > moment then local_moment(ends, zone) else ends at time zone zone end
  from (select (moment at time zone zone)::date + quiet_until
               + case when quiet_from > quiet_until and (moment at time zone zone)::time >= quiet_from then interval '1 day' else '0' end
               as ends) local
$$;

create type campaign_state as enum ('draft', 'preparing', 'running', 'paused', 'done', 'cancelled');

create table campaigns (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  created_by bigint not null references users (id),
  -- Counts changes, so that nobody starts what somebody else has rewritten.
  revision integer not null default 0,
  name text not null check (length(name) between 1 and 100),
  -- English is what whoever has chosen no language reads; German those who have, if there is any.
  content_en text not null check (length(content_en) between 1 and 500),
  content_de text check (length(content_de) between 1 and 500),
  -- To whom: patients of whose newest journey all of these are true. Null: whatever it is.
  product journey_product,
  status journey_status,
  stage_from integer check (stage_from >= 0),
  stage_to integer check (stage_to >= stage_from),
  aftercare_stage aftercare_stage,
  dentist_id bigint references dentists (id),
  -- The change of stage is owed for at least so many days.
  overdue_days integer check (overdue_days between 1 and 365),
  -- When: a local time, everybody's own if `time_zone` is null. No time: at once.
  send_at timestamp,
  time_zone text check (time_zone is null or timestamptz '2000-01-01 00:00:00+00' at time zone time_zone is not null),
  per_minute integer check (per_minute between 1 and 10000),
  state campaign_state not null default 'draft',
  -- How far the list of recipients has been made, by their ids.
  prepared_to bigint not null default 0,
  -- Before then no more of it goes out.
  next_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  check (time_zone is null or send_at is not null),
  check (send_at between '2000-01-01' and '2200-01-01'),
  check ((state = 'draft') = (started_at is null)),
  check ((state in ('done', 'cancelled')) = (ended_at is not null))
);

create table campaign_recipients (
  campaign_id bigint not null references campaigns (id),
  user_id bigint not null references users (id),
  -- When it is to go out, quiet hours aside.
  moment timestamptz not null,
  -- Why it does not: a word.
  left_out text,
  notification_id bigint unique references notifications (id),
  primary key (campaign_id, user_id),
  check (left_out is null or notification_id is null)
);
create index campaign_recipients_user_id_idx on campaign_recipients (user_id);
create index campaign_recipients_next_idx on campaign_recipients (campaign_id, moment, user_id)
  where notification_id is null and left_out is null;

-- Whom a campaign is for, as things stand; and why somebody of these is left out.
create view campaign_people as
  select c.id as campaign_id, u.id as user_id,
         case when c.send_at is null then now() else greatest(now(), local_moment(c.send_at, coalesce(c.time_zone, u.time_zone))) end as moment,
         case when u.disabled_at is not null then 'closed' when not u.terms_accepted then 'terms' end as left_out
  from campaigns c
  cross join users u
  left join lateral (
    select j.id, j.product, j.status, j.current_progress_stage, j.aftercare_stage from journeys j where j.user_id = u.id
    order by j.status = 'active' desc, j.id desc limit 1
  ) j on true
  left join lateral (
    select e.end_date from progress_events e where e.journey_id = j.id order by e.id desc limit 1
  ) e on c.overdue_days is not null
  where exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')
    and (c.product is null or j.product = c.product)
    and (c.status is null or j.status = c.status)
    and (c.stage_from is null or j.current_progress_stage >= c.stage_from)
    and (c.stage_to is null or j.current_progress_stage <= c.stage_to)
    and (c.aftercare_stage is null or j.aftercare_stage = c.aftercare_stage)
    and (c.dentist_id is null or u.assigned_dentist_id = c.dentist_id)
    and (c.overdue_days is null or (j.status = 'active' and e.end_date <= now() - make_interval(days => c.overdue_days)));

grant select, insert, update on campaigns, campaign_recipients to midline_app;
grant select on campaign_people to midline_app;

-- Each claim and each settling writes a row anew, in every index that it stands in: there are as few of these as there can be.
-- What the index on `scheduled_for` was for, `due_at` and `told_at` are for now.
drop index notifications_scheduled_for_idx;
-- Moments come nearly in the order of rows.
create index notifications_told_at_idx on notifications using brin (told_at);
drop index notifications_journey_id_idx;
create index notifications_journey_id_idx on notifications (journey_id) where journey_id is not null;
drop index notifications_sent_at_idx;
create index notifications_sent_at_idx on notifications (sent_at) where sent_at is not null;
-- One for the inbox and for all of a patient's.
drop index notifications_user_id_idx, notifications_inbox_idx;
create index notifications_user_id_idx on notifications (user_id, told_at desc, id desc);
create index notification_tries_at_idx on notification_tries (at);

alter table notifications
  -- Since when it could have gone out, however often it was tried: what is late is seen by it.
  add column owed_since timestamptz;
alter table notifications add check (scheduled_for between '2000-01-01' and '2200-01-01');

-- Says that there is work, and to whom something was told: one word a statement, and a transaction, however many of them; too many to
-- name are everybody.
create or replace function wake_dispatchers() returns trigger language plpgsql as $$
declare
  people text;
begin
  if not exists (select from changed where status = 'pending' and due_at <= now()) then
    return null;
  end if;
  select case when count(*) <= 400 then string_agg(user_id::text, ',') else '*' end into people
    from (select distinct user_id from changed where told_at <= now() limit 401) told;
  perform pg_notify('notifications', coalesce(people, ''));
  return null;
end $$;
