-- Who people are, and in which words they are told: several sign-ins at once, names and addresses that follow the provider, the
-- language somebody last read, whether their time zone was asked for, and streams that end with what they hang on.

-- The clinic as a whole: one row.
create table clinic (
  only_one boolean primary key default true check (only_one),
  -- What is told to somebody who chose no language and has not read a page of Midline's yet.
  language text not null default 'de' check (language in ('en', 'de'))
);
insert into clinic default values;
grant select on clinic to midline_app;

alter table users
  -- The language of the last page they read, where they chose none.
  add column last_language text check (last_language in ('en', 'de')),
  -- Since when the time zone is one that they said, or saw and left as it is. Null: nobody has asked them.
  add column zone_confirmed_at timestamptz;
-- Whoever moved to another zone, or had it moved, was asked.
update users set zone_confirmed_at = now() where time_zone <> 'Europe/Berlin';

-- In which language somebody is told what leaves Midline: as they chose, else as they last read, else as the clinic speaks.
create function told_in(person users) returns text
  language sql stable parallel safe as $$
  select coalesce(person.language, person.last_language, (select language from clinic))
$$;

-- Addresses that the provider vouches for, of which Midline knows as somebody else's: for staff to sort out.
create table address_clashes (
  id bigint generated always as identity primary key,
  -- The account that has the address.
  holder_id bigint not null references users (id),
  -- Whom the provider says it belongs to, by its subject; and their account, if they have one.
  subject text not null check (length(subject) between 1 and 255),
  wanted_by_id bigint references users (id),
  email text not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  -- What staff did about it, and who.
  settled_at timestamptz,
  settled_by_id bigint references users (id),
  outcome text check (outcome in ('tied', 'moved', 'left')),
  check ((settled_at is null) = (outcome is null)),
  check (wanted_by_id <> holder_id)
);
-- One open for each address and subject, however often they try.
create unique index address_clashes_open_idx on address_clashes (email, subject) where settled_at is null;
create index address_clashes_holder_id_idx on address_clashes (holder_id);
create index address_clashes_wanted_by_id_idx on address_clashes (wanted_by_id) where wanted_by_id is not null;
create index address_clashes_settled_by_id_idx on address_clashes (settled_by_id) where settled_by_id is not null;
grant select, insert, update on address_clashes to midline_app;

-- Lists with a hole in them would be read as a fault of Midline's.
update dentists set languages = array_remove(languages, null) where array_position(languages, null) is not null;
alter table dentists add constraint dentists_languages_whole check (array_position(languages, null) is null);
update users set unpushed = array_remove(unpushed, null) where array_position(unpushed, null) is not null;
alter table users add constraint users_unpushed_whole check (array_position(unpushed, null) is null);

-- What a page left open hangs on has ended: a session before its time, a role, an account. Said with a mark before the ids.
create function say_ended() returns trigger language plpgsql as $$
declare
  people text;
begin
  if tg_table_name = 'sessions' then
    select string_agg(distinct user_id::text, ',') into people from gone where user_id is not null;
  elsif tg_table_name = 'user_roles' then
    select string_agg(distinct user_id::text, ',') into people from gone;
  else
    select string_agg(id::text, ',') into people from (
      select kept.id from kept join gone on gone.id = kept.id
      where kept.disabled_at is not null and gone.disabled_at is null or gone.terms_accepted and not kept.terms_accepted) closed;
  end if;
  if people is not null then
    perform pg_notify('notifications', '!' || case when length(people) < 7000 then people else '*' end);
  end if;
  return null;
end $$;
create trigger sessions_ended after delete on sessions
  referencing old table as gone for each statement execute function say_ended();
create trigger user_roles_ended after delete on user_roles
  referencing old table as gone for each statement execute function say_ended();
create trigger users_closed after update on users
  referencing old table as gone new table as kept for each statement execute function say_ended();
