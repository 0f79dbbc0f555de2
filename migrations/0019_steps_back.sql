-- Ways back from a change of stage, and what a calendar has to know of changes.
--
-- A step back is a `progress` row with a lower stage and a reason, never an edit: noted by the clinic, or, within a day, by the
-- patient who confirmed a change that was none. A treatment that was done by mistake goes on.

alter table progress_events
  -- A pause and a delay have a reason; a change of stage has one if it leads back.
  drop constraint progress_events_check5,
  add constraint progress_events_said check (type <> 'continue' or (reason is null and note is null)),
  add constraint progress_events_said_back check (type <> 'progress' or reason is not null or note is null),
  add constraint progress_events_mistake check (reason <> 'confirmed_by_mistake' or type = 'progress'),
  -- The first change of stage can be taken back, too.
  drop constraint progress_events_check7,
  add constraint progress_events_stage check (type <> 'progress' or progress_stage > 0 or reason = 'confirmed_by_mistake');

create or replace function progress_events_follow() returns trigger language plpgsql as $$
declare
  journey journeys%rowtype;
  prior progress_events%rowtype;
  before progress_events%rowtype;
  done boolean;
  allowed boolean;
begin
  select * into strict journey from journeys where id = new.journey_id;
  if new.previous_event_id is not null then
    select * into strict prior from progress_events where id = new.previous_event_id;
    if prior.previous_event_id is not null then
      select * into strict before from progress_events where id = prior.previous_event_id;
    end if;
  end if;
  -- The last stage was done.
  done := journey.status = 'completed' and prior.type = 'progress' and prior.due_on is null and prior.progress_stage > 0;
  allowed := case
    when new.type = 'progress' and new.reason is not null and new.actor_id = new.user_id then
      -- The patient takes back their own change of stage, within a day.
      new.reason = 'confirmed_by_mistake' and (journey.status = 'active' or done)
      and prior.type = 'progress' and prior.reason is null and prior.actor_id = new.user_id
      and new.start_date <= prior.start_date + interval '24 hours'
      and new.progress_stage = coalesce(before.progress_stage, 0)
      and new.due_on is not distinct from
          case when new.progress_stage > 0 then greatest(before.due_on, new.occurred_on + 1) end
    when new.type = 'progress' and new.reason is not null then
      -- The clinic notes that an earlier stage is worn again.
      (journey.status = 'active' or done) and prior.id is not null and prior.type <> 'pause'
      and new.reason <> 'dentist_hold'
      and new.progress_stage between 1 and prior.progress_stage - case when done then 0 else 1 end
      and new.due_on - new.occurred_on between 1 and 90
    else journey.status = 'active' and case new.type
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
        and new.due_on = new.occurred_on + greatest(1, before.due_on - prior.occurred_on)
    end
  end;
  -- History goes one way.
  allowed := allowed and (prior.id is null or new.start_date >= prior.start_date);
  if allowed is not true then
    raise exception 'a % cannot follow here', new.type
      using errcode = 'check_violation', constraint = 'progress_events_follow', table = 'progress_events';
  end if;
  return null;
end $$;

-- As before; a treatment whose start was taken back has not begun, and begins anew with the next change.
create or replace function journeys_consistent() returns trigger language plpgsql as $$
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
    or (journey.status = 'completed') <> (coalesce(newest.type = 'progress' and newest.due_on is null and newest.progress_stage > 0, false)
                                          or coalesce(change.type = 'ended', false))
    or journey.date_of_starting_treatment is distinct from
       (select occurred_on from progress_events where journey_id = journey.id
          and id > coalesce((select id from progress_events where journey_id = journey.id and progress_stage = 0
                             order by id desc limit 1), 0)
        order by id limit 1)
    or journey.revision <> coalesce(change.revision, 0)
    or (change.total_progress_stages, change.wear_interval_days)
       is distinct from (journey.total_progress_stages, journey.wear_interval_days)
  then
    raise exception 'journey % is not what its events say', journey.id
      using errcode = 'check_violation', constraint = 'journeys_consistent', table = 'journeys';
  end if;
  return null;
end $$;
-- Few have one: what the function asks for with each act is then found at once.
create index progress_events_unstarted_idx on progress_events (journey_id, id) where progress_stage = 0;

-- Since when a person's days follow their time zone: a calendar's dates have moved then. Null: always.
alter table users add column time_zone_since timestamptz;
