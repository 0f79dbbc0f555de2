-- Journeys and what moves them, photos, notifications: the rest of the aligner tracker's contract.

create type journey_product as enum ('aligners', 'clear_braces');
create type journey_status as enum ('active', 'completed');
create type aftercare_stage as enum ('scan_appointment_booked', 'aligner_journey_underway', 'journey_complete');
create type progress_event_type as enum ('progress', 'pause', 'delay', 'continue');
create type progress_reason as enum
  ('not_fitting', 'lost_or_broken', 'pain', 'illness', 'travel', 'dentist_hold', 'other');
create type notification_status as enum ('pending', 'sent', 'cancelled', 'failed');
create type notification_source as enum ('progress', 'other');
create type image_view as enum ('front', 'left', 'right', 'upper', 'lower', 'other');

create table journeys (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id),
  product journey_product not null,
  status journey_status not null default 'active',
  -- 0 before the first stage, then 1..total.
  current_progress_stage integer not null default 0,
  total_progress_stages integer not null check (total_progress_stages between 1 and 200),
  -- Days one stage is worn.
  wear_interval_days integer not null check (wear_interval_days between 1 and 90),
  -- The patient's local date of the first progress event.
  date_of_starting_treatment date,
  aftercare_stage aftercare_stage,
  created_at timestamptz not null default now(),
  check (current_progress_stage between 0 and total_progress_stages),
  check ((current_progress_stage = 0) = (date_of_starting_treatment is null)),
  -- So that what hangs on a journey can be held to the same patient.
  unique (id, user_id)
);
create index journeys_user_id_idx on journeys (user_id);
create unique index journeys_one_active_idx on journeys (user_id) where status = 'active';

create table notifications (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  user_id bigint not null references users (id),
  journey_id bigint,
  content text not null check (length(content) between 1 and 2000),
  status notification_status not null default 'pending',
  source notification_source not null,
  -- Null: at once.
  scheduled_for timestamptz,
  onesignal_id text,
  foreign key (journey_id, user_id) references journeys (id, user_id),
  check (source <> 'progress' or journey_id is not null)
);
create index notifications_user_id_idx on notifications (user_id);
create index notifications_journey_id_idx on notifications (journey_id);
create index notifications_scheduled_for_idx on notifications (scheduled_for);
-- What an act on a journey has to cancel.
create index notifications_pending_progress_idx on notifications (journey_id)
  where status = 'pending' and source = 'progress';

create table progress_events (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  journey_id bigint not null,
  -- When the event was recorded.
  start_date timestamptz not null default now(),
  progress_stage integer not null check (progress_stage >= 0),
  -- When the next change of stage is due. Null while paused or finished.
  end_date timestamptz,
  next_notification_id bigint references notifications (id),
  type progress_event_type not null,
  reason progress_reason,
  note text check (length(note) between 1 and 500),
  -- The day on which a patient who paused means to go on.
  resume_on date,
  -- Who did it: the patient, the dentist, or staff.
  actor_id bigint not null references users (id),
  -- The event that the sender saw as the newest. Each has one successor at most, so that two acts on
  -- the same state can never both be recorded, whatever the program does.
  previous_event_id bigint,
  foreign key (journey_id, user_id) references journeys (id, user_id),
  unique (id, journey_id),
  foreign key (previous_event_id, journey_id) references progress_events (id, journey_id),
  constraint progress_events_one_successor unique nulls not distinct (journey_id, previous_event_id),
  check (previous_event_id < id),
  -- A delay counts from the due date, which may be long past.
  check (type = 'delay' or end_date > start_date),
  check (type <> 'pause' or (end_date is null and reason is not null)),
  check (type <> 'delay' or (end_date is not null and reason is not null)),
  check (type <> 'continue' or end_date is not null),
  check (type in ('pause', 'delay') or (reason is null and note is null)),
  check (resume_on is null or type = 'pause'),
  check (type <> 'progress' or progress_stage > 0)
);
create index progress_events_user_id_idx on progress_events (user_id);
create index progress_events_journey_id_idx on progress_events (journey_id, id desc);
create index progress_events_next_notification_id_idx on progress_events (next_notification_id);
create index progress_events_actor_id_idx on progress_events (actor_id);

create table user_images (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  journey_id bigint not null,
  -- The prefix of the object's variants: `{s3_key}/thumbnail`, `{s3_key}/screen`.
  s3_key text not null unique,
  date_uploaded timestamptz not null default now(),
  progress_stage integer not null check (progress_stage >= 0),
  view image_view not null,
  -- Pixels of the `screen` variant, so that a page keeps its place for it.
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  foreign key (journey_id, user_id) references journeys (id, user_id)
);
create index user_images_user_id_idx on user_images (user_id);
create index user_images_journey_id_idx on user_images (journey_id, progress_stage, id);

grant select, insert, update on journeys, notifications to midline_app;
-- The history of a treatment is only ever added to.
grant select, insert on progress_events to midline_app;
grant select, insert, delete on user_images to midline_app;
