-- All acts on a journey: the days of events, the changes of its plan, and the rules between one event and
-- the next, so that no journey can be held here that the program's rules would not allow.

-- Which days an event's moments are: those of the patient's time zone (an IANA name) when it was recorded.
-- What is due is due on a day; when its nine o'clock is, the patient's present time zone says.
alter table progress_events add column time_zone text;
update progress_events e set time_zone = u.time_zone from users u where u.id = e.user_id;
alter table progress_events
  alter column time_zone set not null,
  add column occurred_on date not null generated always as ((start_date at time zone time_zone)::date) stored,
  add column due_on date generated always as ((end_date at time zone time_zone)::date) stored,
  -- Until now a delay could lead to a date that was past already.
  add constraint progress_events_due_ahead check (end_date > start_date) not valid,
  -- A patient does not speak for the dentist.
  add constraint progress_events_whose_reason check (reason <> 'dentist_hold' or actor_id <> user_id),
  add constraint progress_events_resume_ahead check (resume_on > (start_date at time zone time_zone)::date) not valid;

-- What an event schedules is for the same patient.
alter table notifications add constraint notifications_id_user_id_key unique (id, user_id);
alter table progress_events
  drop constraint progress_events_next_notification_id_fkey,
  add constraint progress_events_next_notification_fkey
    foreign key (next_notification_id, user_id) references notifications (id, user_id);

-- A zone that the database does not know could not be reckoned with.
alter table users add constraint users_time_zone_known
  check (timestamptz '2000-01-01 00:00:00+00' at time zone time_zone is not null);

alter table journeys
  -- How often the plan was changed: the newest `plan_changes.revision`.
  add column revision integer not null default 0 check (revision >= 0),
  add constraint journeys_aftercare check (
    case status when 'active' then aftercare_stage <> 'journey_complete'
                else aftercare_stage <> 'aligner_journey_underway' end) not valid;

create type plan_change_type as enum ('opened', 'revised', 'ended');

-- What the clinic set up: a journey opened, its numbers changed, its end before the last stage.
-- Rows are only ever added, one a revision.
create table plan_changes (
  journey_id bigint not null,
  revision integer not null check (revision >= 0),
  user_id bigint not null,
  at timestamptz not null default now(),
  -- As in `progress_events`.
  time_zone text not null,
  occurred_on date not null generated always as ((at at time zone time_zone)::date) stored,
  type plan_change_type not null,
  -- The plan from then on.
  total_progress_stages integer not null check (total_progress_stages between 1 and 200),
  wear_interval_days integer not null check (wear_interval_days between 1 and 90),
  note text check (length(note) between 1 and 500),
  actor_id bigint not null references users (id),
  primary key (journey_id, revision),
  foreign key (journey_id, user_id) references journeys (id, user_id),
  check ((type = 'opened') = (revision = 0))
);
create index plan_changes_user_id_idx on plan_changes (user_id);
create index plan_changes_actor_id_idx on plan_changes (actor_id);
grant select, insert on plan_changes to midline_app;

-- Journeys from before this table: opened as they are planned now, by nobody better known than the patient.
insert into plan_changes (journey_id, revision, user_id, at, time_zone, type, total_progress_stages, wear_interval_days, actor_id)
  select j.id, 0, j.user_id, j.created_at, u.time_zone, 'opened', j.total_progress_stages, j.wear_interval_days, j.user_id
  from journeys j join users u on u.id = j.user_id;

-- What one event may follow another, and with which dates.
create function progress_events_follow() returns trigger language plpgsql as $$
declare
  journey journeys%rowtype;
  prior progress_events%rowtype;
  paused_due date;
  allowed boolean;
begin
  select * into strict journey from journeys where id = new.journey_id;
  if new.previous_event_id is not null then
    select * into strict prior from progress_events where id = new.previous_event_id;
  end if;
  allowed := journey.status = 'active' and case new.type
    when 'progress' then
      (prior.id is null or prior.type <> 'pause')
      and case when coalesce(prior.progress_stage, 0) < journey.total_progress_stages
            then new.progress_stage = coalesce(prior.progress_stage, 0) + 1
                 and new.due_on = new.occurred_on + journey.wear_interval_days
            else new.progress_stage = prior.progress_stage and new.due_on is null end
      -- A patient may from the day before.
      and (new.actor_id <> new.user_id or prior.due_on is null or new.occurred_on >= prior.due_on - 1)
    when 'delay' then
      prior.due_on is not null and new.progress_stage = prior.progress_stage
      and new.due_on - prior.due_on between 1 and 28
    when 'pause' then
      prior.due_on is not null and new.progress_stage = prior.progress_stage
    when 'continue' then
      prior.type = 'pause' and new.progress_stage = prior.progress_stage
  end;
  if allowed and new.type = 'continue' then
    select due_on into paused_due from progress_events where id = prior.previous_event_id;
    allowed := new.due_on = new.occurred_on + greatest(1, paused_due - prior.occurred_on);
  end if;
  -- History goes one way.
  allowed := allowed and (prior.id is null or new.start_date >= prior.start_date);
  if allowed is not true then
    raise exception 'a % cannot follow here', new.type
      using errcode = 'check_violation', constraint = 'progress_events_follow', table = 'progress_events';
  end if;
  return null;
end $$;
create trigger progress_events_follow after insert on progress_events
  for each row execute function progress_events_follow();

-- A plan changes while its journey is under way, one revision after the other.
create function plan_changes_follow() returns trigger language plpgsql as $$
declare
  journey journeys%rowtype;
begin
  select * into strict journey from journeys where id = new.journey_id;
  if journey.status <> 'active'
    or new.revision > 0 and (
      not exists (select from plan_changes where journey_id = new.journey_id and revision = new.revision - 1
                    and type <> 'ended' and at <= new.at)
      or new.type = 'revised' and new.total_progress_stages < greatest(1, journey.current_progress_stage))
  then
    raise exception 'a plan cannot be % here', new.type
      using errcode = 'check_violation', constraint = 'plan_changes_follow', table = 'plan_changes';
  end if;
  return null;
end $$;
create trigger plan_changes_follow after insert on plan_changes
  for each row execute function plan_changes_follow();

-- At the end of each transaction a journey says what its newest event says.
create function journeys_consistent() returns trigger language plpgsql as $$
declare
  journey journeys%rowtype;
  newest progress_events%rowtype;
  change plan_changes%rowtype;
begin
  if tg_table_name = 'journeys' then
    select * into journey from journeys where id = new.id;
  else
    select * into journey from journeys where id = new.journey_id;
  end if;
  select * into newest from progress_events where journey_id = journey.id order by id desc limit 1;
  select * into change from plan_changes where journey_id = journey.id order by revision desc limit 1;
  if journey.current_progress_stage <> coalesce(newest.progress_stage, 0)
    or (journey.status = 'completed') <> (coalesce(newest.type = 'progress' and newest.due_on is null, false)
                                          or coalesce(change.type = 'ended', false))
    or journey.date_of_starting_treatment is distinct from
       (select occurred_on from progress_events where journey_id = journey.id order by id limit 1)
    or journey.revision <> coalesce(change.revision, 0)
    or (change.total_progress_stages, change.wear_interval_days)
       is distinct from (journey.total_progress_stages, journey.wear_interval_days)
  then
    raise exception 'journey % is not what its events say', journey.id
      using errcode = 'check_violation', constraint = 'journeys_consistent', table = 'journeys';
  end if;
  return null;
end $$;
create constraint trigger journeys_consistent after insert or update on journeys
  deferrable initially deferred for each row execute function journeys_consistent();
create constraint trigger journeys_consistent after insert on progress_events
  deferrable initially deferred for each row execute function journeys_consistent();
create constraint trigger journeys_consistent after insert on plan_changes
  deferrable initially deferred for each row execute function journeys_consistent();

-- The private address of a patient's calendar: whoever has it reads the coming dates, nothing else.
create table calendar_addresses (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id),
  -- SHA-256 of what the address holds: who reads this table cannot read a calendar.
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index calendar_addresses_user_id_idx on calendar_addresses (user_id);
create unique index calendar_addresses_one_open_idx on calendar_addresses (user_id) where revoked_at is null;
grant select, insert, update on calendar_addresses to midline_app;
