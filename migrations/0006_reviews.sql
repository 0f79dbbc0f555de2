-- Reviews: a dentist's decision on the photos of one stage.

create type review_decision as enum ('on_track', 'retake', 'hold', 'see_me');
-- Why a view has to be photographed again.
create type retake_reason as enum ('blurred', 'too_dark', 'wrong_angle', 'covered', 'missing', 'other');

create table reviews (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  journey_id bigint not null,
  progress_stage integer not null check (progress_stage >= 0),
  decision review_decision not null,
  -- Days by which the change of stage is put off.
  hold_days integer check (hold_days between 1 and 28),
  -- For the patient to read.
  note text check (length(note) between 1 and 500),
  -- For the clinic alone.
  clinic_note text check (length(clinic_note) between 1 and 1000),
  dentist_id bigint not null references dentists (id),
  actor_id bigint not null references users (id),
  decided_at timestamptz not null default now(),
  -- The stage's last decision as the dentist saw it. Each has one successor at most, so that two at once can never
  -- both be recorded, whatever the program does.
  previous_review_id bigint,
  -- From then on it takes effect and is told; until it has, it can be taken back.
  effective_at timestamptz not null,
  settled_at timestamptz,
  withdrawn_at timestamptz,
  notification_id bigint references notifications (id),
  -- The delay that a hold led to; none if the journey had moved on by then.
  event_id bigint,
  foreign key (journey_id, user_id) references journeys (id, user_id),
  unique (id, journey_id, progress_stage),
  foreign key (previous_review_id, journey_id, progress_stage) references reviews (id, journey_id, progress_stage),
  foreign key (event_id, journey_id) references progress_events (id, journey_id),
  constraint reviews_one_successor unique nulls not distinct (journey_id, progress_stage, previous_review_id),
  check (previous_review_id < id),
  check ((decision = 'hold') = (hold_days is not null)),
  check (settled_at is null or withdrawn_at is null),
  check (event_id is null or (decision = 'hold' and settled_at is not null))
);
create index reviews_journey_id_idx on reviews (journey_id, progress_stage, id desc);
create index reviews_user_id_idx on reviews (user_id);
create index reviews_dentist_id_idx on reviews (dentist_id, decided_at);
create index reviews_actor_id_idx on reviews (actor_id);
create index reviews_notification_id_idx on reviews (notification_id);
create index reviews_event_id_idx on reviews (event_id);
create index reviews_previous_idx on reviews (previous_review_id);
create index reviews_open_idx on reviews (effective_at) where settled_at is null and withdrawn_at is null;

-- Which views a retake asks for, and why.
create table review_views (
  review_id bigint not null references reviews (id),
  view image_view not null,
  reason retake_reason not null,
  primary key (review_id, view)
);

-- On which photos it was decided: they stay, unless it was taken back.
create table review_photos (
  review_id bigint not null references reviews (id),
  image_id bigint not null references user_images (id) on delete cascade,
  primary key (review_id, image_id)
);
create index review_photos_image_id_idx on review_photos (image_id);

-- Whether no decision has been taken on it yet.
alter table user_images add column awaits_review boolean not null default true;
-- What waits, by patient: small, however many photos there are.
create index user_images_waiting_idx on user_images (user_id, journey_id, progress_stage, date_uploaded)
  where awaits_review and missing_since is null;

grant select, insert on reviews, review_views to midline_app;
grant update (settled_at, withdrawn_at, notification_id, event_id) on reviews to midline_app;
grant select, insert on review_photos to midline_app;
-- A photo that was decided on and lost may be sent again.
grant update (awaits_review, s3_key, width, height, thumbhash) on user_images to midline_app;
