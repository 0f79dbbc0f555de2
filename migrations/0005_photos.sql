-- Photos: how they come in, what is known of them, and what keeps them apart from what is not theirs.

create type image_rejection as enum
  ('empty', 'too_large', 'not_a_photo', 'heic', 'too_many_pixels', 'too_small', 'unreadable', 'duplicate', 'lost');
-- expected: the browser was given an address to send it to. received: it lies in quarantine, whole.
create type image_upload_state as enum ('expected', 'received', 'accepted', 'rejected');

alter table user_images
  -- Of the bytes that the patient sent, which are not kept.
  add column sha256 bytea,
  -- Some 25 bytes from which a blurred picture is drawn while the real one is on its way (evanw's ThumbHash).
  add column thumbhash bytea,
  -- When the camera says it was taken, if that is plausible.
  add column captured_at timestamptz,
  -- Since when its objects cannot be found: such a photo is not shown.
  add column missing_since timestamptz;
-- Photos from before have no digest and look grey until they are there.
update user_images set sha256 = sha256(convert_to(s3_key, 'UTF8')),
  thumbhash = '\xe0f70105800000000000000000000000000000000000000000';
alter table user_images
  alter column sha256 set not null,
  alter column thumbhash set not null,
  add check (octet_length(sha256) = 32),
  add check (octet_length(thumbhash) between 5 and 40);
comment on column user_images.width is 'pixels of the variant `full`';
comment on column user_images.height is 'pixels of the variant `full`';
comment on column user_images.s3_key is 'the prefix of its objects: {s3_key}/thumbnail, {s3_key}/screen, {s3_key}/full';

-- The same picture is one photo.
create unique index user_images_user_id_sha256_key on user_images (user_id, sha256);
-- One view through all stages. (The gallery reads user_images_journey_id_idx backwards.)
create index user_images_view_idx on user_images (journey_id, view, progress_stage, id);
-- Compared with a listing of the store, which is in the order of bytes.
create index user_images_s3_key_idx on user_images (s3_key collate "C");
create index user_images_missing_idx on user_images (id) where missing_since is not null;

-- What was sent, until and a while after it was decided on.
create table image_uploads (
  id bigint generated always as identity primary key,
  -- Names it towards browsers, and its object: `quarantine/{user_id}-{token}`.
  token uuid not null unique,
  -- Names the photo that it may become: `photos/{photo}`. Tokens come from browsers, and are forgotten some day.
  photo uuid not null unique default gen_random_uuid(),
  user_id bigint not null,
  journey_id bigint not null,
  progress_stage integer not null check (progress_stage >= 0),
  view image_view not null,
  state image_upload_state not null,
  bytes bigint not null check (bytes >= 0),
  sha256 bytea check (octet_length(sha256) = 32),
  -- How often it was begun to be decoded without an end. What ends the program each time is not tried for ever.
  decodes smallint not null default 0,
  rejection image_rejection,
  -- The photo that it became, or that it is a duplicate of, while that is there.
  image_id bigint references user_images (id) on delete set null,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  -- When the patient said that they had read why it was rejected.
  told_at timestamptz,
  foreign key (journey_id, user_id) references journeys (id, user_id),
  check ((state = 'rejected') = (rejection is not null)),
  check ((state in ('accepted', 'rejected')) = (settled_at is not null)),
  check (state not in ('received', 'accepted') or sha256 is not null)
);
create index image_uploads_user_id_idx on image_uploads (user_id, created_at);
create index image_uploads_journey_id_idx on image_uploads (journey_id, created_at);
create index image_uploads_image_id_idx on image_uploads (image_id);
create index image_uploads_settled_idx on image_uploads (settled_at);
create index image_uploads_open_idx on image_uploads (created_at) where state in ('expected', 'received');

grant select, insert, update, delete on image_uploads to midline_app;
grant update (missing_since) on user_images to midline_app;
