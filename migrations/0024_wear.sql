-- Wear time: for how long aligners are in, told by when they are out.

-- Whether a row's moments are those at which somebody pressed a button, were corrected later, or typed in.
create type wear_source as enum ('timed', 'edited', 'entered');

-- Minutes a day that aligners are to be in, as the dentist sets it. 0: nothing is kept. Null: as it is for the product, 22 hours
-- for aligners and nothing for clear braces, which stay on.
alter table journeys add column wear_goal_minutes integer
  check (wear_goal_minutes = 0 or wear_goal_minutes between 60 and 1440);
-- Minutes after which somebody who has them out is asked whether that is still so.
alter table journeys add column wear_longest_minutes integer not null default 180
  check (wear_longest_minutes between 30 and 720);

-- A time without them. What is corrected stays: the correction is a row of its own that names the one it stands for.
create table wear_intervals (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  journey_id bigint not null,
  taken_out_at timestamptz not null,
  -- Null while they are out.
  put_in_at timestamptz,
  -- Until when it was said that they were still out, when it was asked.
  confirmed_at timestamptz,
  source wear_source not null,
  -- The row that this one stands for: each has one successor at most, so that two taps at once can never both count.
  replaces_id bigint unique,
  -- There was no such time.
  void boolean not null default false,
  actor_id bigint not null references users (id),
  created_at timestamptz not null default now(),
  foreign key (journey_id, user_id) references journeys (id, user_id),
  unique (id, journey_id),
  foreign key (replaces_id, journey_id) references wear_intervals (id, journey_id),
  check (put_in_at > taken_out_at),
  check (confirmed_at > taken_out_at),
  check (replaces_id < id)
);
create index wear_intervals_journey_id_idx on wear_intervals (journey_id, taken_out_at);
create index wear_intervals_user_id_idx on wear_intervals (user_id);
create index wear_intervals_actor_id_idx on wear_intervals (actor_id);

-- Never changed, never removed.
grant select, insert on wear_intervals to midline_app;
