-- Messages between a patient and the dentist who treats them, by journey.

create table messages (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  journey_id bigint not null,
  -- The dentist it was written to or by. Who is assigned later sees it only if it was shared.
  dentist_id bigint not null references dentists (id),
  author_id bigint not null references users (id),
  from_patient boolean not null,
  body text not null check (length(body) between 1 and 2000),
  -- One press of a button is one message, however often it arrives.
  key uuid not null,
  sent_at timestamptz not null default now(),
  -- When the other side first opened it.
  read_at timestamptz,
  -- How the patient was told that there is one.
  notification_id bigint references notifications (id),
  foreign key (journey_id, user_id) references journeys (id, user_id),
  unique (journey_id, author_id, key),
  check (from_patient = (author_id = user_id)),
  check (notification_id is null or not from_patient)
);
create index messages_journey_id_idx on messages (journey_id, id desc);
create index messages_user_id_idx on messages (user_id, id desc);
create index messages_dentist_id_idx on messages (dentist_id);
create index messages_author_id_idx on messages (author_id, sent_at);
create index messages_notification_id_idx on messages (notification_id);
-- What waits to be read: few, however many there are.
create index messages_unread_idx on messages (user_id, from_patient, id) where read_at is null;

-- Photos of the same journey that go with a message, as long as they are there.
create table message_images (
  message_id bigint not null references messages (id),
  image_id bigint not null references user_images (id) on delete cascade,
  primary key (message_id, image_id)
);
create index message_images_image_id_idx on message_images (image_id);

-- What a patient let a dentist read of what was written to and by others: every message up to one.
create table message_shares (
  user_id bigint not null references users (id),
  dentist_id bigint not null references dentists (id),
  up_to_id bigint not null references messages (id),
  shared_at timestamptz not null default now(),
  primary key (user_id, dentist_id, up_to_id)
);
create index message_shares_dentist_id_idx on message_shares (dentist_id);
create index message_shares_up_to_id_idx on message_shares (up_to_id);

-- Whether the dentist asked may read the earlier messages, once the change is approved.
alter table dentist_changes add column share_messages boolean not null default false;

grant select, insert on messages, message_images, message_shares to midline_app;
grant update (read_at) on messages to midline_app;
-- A photo that is deleted takes itself out of the messages it stood in.
