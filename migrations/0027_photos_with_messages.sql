-- What is sent with a message goes with it once it is a photo.

create table message_uploads (
  message_id bigint not null references messages (id),
  upload_id bigint not null references image_uploads (id) on delete cascade,
  primary key (message_id, upload_id)
);
create index message_uploads_upload_id_idx on message_uploads (upload_id);

create function attach_to_message() returns trigger language plpgsql as $$
begin
  insert into message_images (message_id, image_id)
    select message_id, new.image_id from message_uploads where upload_id = new.id
    on conflict do nothing;
  return null;
end $$;
create trigger image_uploads_message after update of image_id on image_uploads
  for each row when (new.image_id is not null) execute function attach_to_message();

grant select, insert on message_uploads to midline_app;
