-- A patient's wish for another dentist, and what became of it.

create type dentist_change_status as enum ('open', 'approved', 'declined', 'withdrawn');

create table dentist_changes (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id),
  -- Who treated the patient when they asked.
  from_dentist_id bigint references dentists (id),
  to_dentist_id bigint not null references dentists (id),
  reason text check (length(reason) between 1 and 500),
  status dentist_change_status not null default 'open',
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  -- Who answered, and their note; the patient themselves if it was withdrawn.
  closed_by bigint references users (id),
  note text check (length(note) between 1 and 500),
  notification_id bigint references notifications (id),
  check (from_dentist_id is distinct from to_dentist_id),
  check ((status = 'open') = (closed_at is null)),
  check ((closed_at is null) = (closed_by is null)),
  check (note is null or status in ('approved', 'declined'))
);
create unique index dentist_changes_one_open on dentist_changes (user_id) where status = 'open';
create index dentist_changes_user_id_idx on dentist_changes (user_id, id desc);
create index dentist_changes_from_dentist_id_idx on dentist_changes (from_dentist_id);
create index dentist_changes_to_dentist_id_idx on dentist_changes (to_dentist_id, id) where status = 'open';
create index dentist_changes_to_all_idx on dentist_changes (to_dentist_id);
create index dentist_changes_open_idx on dentist_changes (id) where status = 'open';
create index dentist_changes_closed_by_idx on dentist_changes (closed_by);
create index dentist_changes_notification_id_idx on dentist_changes (notification_id);

-- The directory is read by postal code, page by page.
create index dentists_by_postal_code_idx on dentists (postal_code text_pattern_ops, id) where accepts_new_patients;

-- `users.has_pending_dentist_change` is true exactly while a change is open, whatever the program does: held to at the end of
-- each transaction.
create function hold_dentist_change_flag(person bigint) returns void language plpgsql as $$
begin
  if exists (select from users u where u.id = person and u.has_pending_dentist_change is distinct from
               exists (select from dentist_changes c where c.user_id = person and c.status = 'open')) then
    raise exception 'has_pending_dentist_change of user % is not what dentist_changes says', person
      using errcode = 'check_violation', constraint = 'users_pending_dentist_change';
  end if;
end $$;
create function hold_dentist_change_flag_of_user() returns trigger language plpgsql as $$
begin
  perform hold_dentist_change_flag(new.id);
  return null;
end $$;
create function hold_dentist_change_flag_of_change() returns trigger language plpgsql as $$
begin
  perform hold_dentist_change_flag(new.user_id);
  return null;
end $$;
create constraint trigger users_pending_dentist_change after insert or update of has_pending_dentist_change on users
  deferrable initially deferred for each row execute function hold_dentist_change_flag_of_user();
create constraint trigger dentist_changes_pending after insert or update on dentist_changes
  deferrable initially deferred for each row execute function hold_dentist_change_flag_of_change();

-- None is open yet.
update users set has_pending_dentist_change = false where has_pending_dentist_change;

grant select, insert on dentist_changes to midline_app;
grant update (status, closed_at, closed_by, note, notification_id) on dentist_changes to midline_app;
