-- Texts that dentists write often, and how many messages wait for them.

create table saved_replies (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Whose it is: they alone change it.
  dentist_id bigint not null references dentists (id),
  -- For everybody at the same practice to write with.
  shared boolean not null default false,
  title text not null check (length(title) between 1 and 80),
  body text not null check (length(body) between 1 and 2000)
);
create index saved_replies_dentist_id_idx on saved_replies (dentist_id);
create trigger saved_replies_touch before update on saved_replies for each row execute function touch_updated_at();
grant select, insert, delete on saved_replies to midline_app;
grant update (shared, title, body) on saved_replies to midline_app;

-- What patients wrote and their dentist has not opened: few, however many there are. Every page of a dentist's counts them.
create index messages_waiting_idx on messages (dentist_id, user_id) where from_patient and read_at is null;
