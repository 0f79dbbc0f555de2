-- Practices that can be reached, and reports: what a patient says is wrong, until somebody has heard it.

-- Who has patients can be called and found: a practice has both from its first row on. Written by the schema's owner until
-- the staff's desk has pages for it.
create table practices (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  name text not null check (length(name) between 1 and 200),
  -- As it is dialled from anywhere; the spaces are for reading.
  telephone text not null check (telephone ~ '^\+[0-9][0-9 ]{6,24}$'),
  -- Street and number, and what an envelope needs besides.
  address_lines text[] not null check (cardinality(address_lines) between 1 and 4),
  postal_code text not null check (length(postal_code) between 1 and 20),
  city text not null check (length(city) between 1 and 100),
  -- What to do while it is closed, in each language.
  out_of_hours_en text not null check (length(out_of_hours_en) between 1 and 500),
  out_of_hours_de text not null check (length(out_of_hours_de) between 1 and 500),
  -- Its opening hours are local times of this zone (an IANA name).
  time_zone text not null default 'Europe/Berlin'
    check (timestamptz '2000-01-01 00:00:00+00' at time zone time_zone is not null),
  -- Minutes of opening time after which staff are told of a report that no dentist has seen.
  report_minutes integer not null default 240 check (report_minutes between 15 and 10080),
  -- Opening days within which photos are looked at: what patients are told to expect.
  review_days integer not null default 3 check (review_days between 1 and 30)
);
create trigger practices_touch before update on practices for each row execute function touch_updated_at();

create table practice_hours (
  practice_id bigint not null references practices (id) on delete cascade,
  -- 1 is Monday (ISO 8601).
  weekday smallint not null check (weekday between 1 and 7),
  opens time not null,
  closes time not null,
  primary key (practice_id, weekday, opens),
  check (opens < closes)
);

-- Null: the practice's particulars have not been entered yet.
alter table dentists add column practice_id bigint references practices (id);
create index dentists_practice_id_idx on dentists (practice_id);

-- A dentist with patients does not lose the practice at which those reach them.
create function keep_practice() returns trigger language plpgsql as $$
begin
  if exists (select from users u where u.assigned_dentist_id = new.id) then
    raise exception 'dentist % has patients, who need a practice to reach', new.id
      using errcode = 'check_violation', constraint = 'dentists_practice_kept';
  end if;
  return new;
end $$;
create trigger dentists_practice_kept before update of practice_id on dentists
  for each row when (old.practice_id is not null and new.practice_id is null) execute function keep_practice();

create type report_kind as enum ('pain', 'not_fitting', 'lost_or_broken');
-- In the order in which a report goes on: never back.
create type report_state as enum ('new', 'seen', 'answered', 'closed');

create table reports (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  journey_id bigint not null,
  -- The stage that was worn.
  progress_stage integer not null check (progress_stage >= 0),
  kind report_kind not null,
  note text check (length(note) between 1 and 500),
  -- One press of a button is one report, however often it arrives.
  form_key uuid not null,
  created_at timestamptz not null default now(),
  state report_state not null default 'new',
  -- When a dentist acknowledged it, and who.
  seen_at timestamptz,
  seen_by bigint references users (id),
  -- The message that answered it.
  answered_at timestamptz,
  message_id bigint references messages (id),
  -- Closed by a dentist, or by the patient whose trouble is over.
  closed_at timestamptz,
  closed_by bigint references users (id),
  -- How the dentist was told.
  notification_id bigint references notifications (id),
  -- When staff are to be told, unless it has been seen by then; and when they were.
  staff_at timestamptz not null,
  staff_told_at timestamptz,
  foreign key (journey_id, user_id) references journeys (id, user_id),
  unique (user_id, form_key),
  check ((seen_at is null) = (seen_by is null)),
  check ((answered_at is null) = (message_id is null)),
  check ((closed_at is null) = (closed_by is null)),
  check ((state = 'closed') = (closed_at is not null)),
  check (state = 'closed' or (state = 'new') = (seen_at is null)),
  check (state = 'closed' or (state = 'answered') = (answered_at is not null))
);
create index reports_journey_id_idx on reports (journey_id, id desc);
create index reports_user_id_idx on reports (user_id, id desc);
create index reports_seen_by_idx on reports (seen_by);
create index reports_closed_by_idx on reports (closed_by);
create index reports_message_id_idx on reports (message_id);
create index reports_notification_id_idx on reports (notification_id);
-- What waits for a dentist: few, however many there were.
create index reports_open_idx on reports (user_id, id) where state in ('new', 'seen');
create index reports_unseen_idx on reports (staff_at) where state = 'new';

-- Who works for the clinic: few, however many patients there are.
create index user_roles_office_idx on user_roles (role, user_id) where role in ('staff', 'admin');

create function report_goes_on() returns trigger language plpgsql as $$
begin
  if new.state < old.state then
    raise exception 'report % does not go back from % to %', old.id, old.state, new.state
      using errcode = 'check_violation', constraint = 'reports_go_on';
  end if;
  return new;
end $$;
create trigger reports_go_on before update of state on reports for each row execute function report_goes_on();

-- Photos that go with a report, as long as they are there; and what was sent with it and is still being looked at.
create table report_images (
  report_id bigint not null references reports (id),
  image_id bigint not null references user_images (id) on delete cascade,
  primary key (report_id, image_id)
);
create index report_images_image_id_idx on report_images (image_id);
create table report_uploads (
  report_id bigint not null references reports (id),
  upload_id bigint not null references image_uploads (id) on delete cascade,
  primary key (report_id, upload_id)
);
create index report_uploads_upload_id_idx on report_uploads (upload_id);

-- What was sent with a report goes with it once it is a photo.
create function attach_to_report() returns trigger language plpgsql as $$
begin
  insert into report_images (report_id, image_id)
    select report_id, new.image_id from report_uploads where upload_id = new.id
    on conflict do nothing;
  return null;
end $$;
create trigger image_uploads_report after update of image_id on image_uploads
  for each row when (new.image_id is not null) execute function attach_to_report();

-- To the dentist: something was reported; to staff: nobody has seen it; to the patient: it has been seen.
alter type notification_kind add value 'report';
alter type notification_template add value 'report';
alter type notification_template add value 'report_waiting';
alter type notification_template add value 'report_seen';

grant select on practices, practice_hours to midline_app;
grant select, insert on reports, report_images, report_uploads to midline_app;
grant update (state, seen_at, seen_by, answered_at, message_id, closed_at, closed_by, staff_told_at) on reports to midline_app;
