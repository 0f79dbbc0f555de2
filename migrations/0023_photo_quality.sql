-- What can be told of a photo by looking at it, and putting right which view and step one shows.

alter table user_images
  -- Nothing in it is sharp.
  add column blurred boolean not null default false,
  -- There is hardly any light in its middle.
  add column dark boolean not null default false,
  -- The view of this mouth, at an earlier step, that it resembles far more than the one it was sent as.
  add column looks_like image_view check (looks_like <> view);
comment on column user_images.blurred is 'a hint in words, for patient and dentist; nothing follows from it by itself';

-- The patient may say otherwise until a decision, the dentist after it.
grant update (view, progress_stage, blurred, dark, looks_like) on user_images to midline_app;

-- Named for what they are, so that the words can say what to do.
alter type image_rejection add value 'avif' after 'heic';
alter type image_rejection add value 'film' after 'avif';
alter type image_rejection add value 'other_picture' after 'film';
