-- People, their roles and sessions, and the record of who did what.
-- Tables and columns of `users` follow the aligner tracker's contract; what it leaves open is added.

-- The application's role. The server's database user is a member of it and owns nothing, so what is
-- not granted here cannot be done by a fault or an intruder in the server. Roles are shared by every
-- database of a cluster, so several migrations may reach this line at once.
do $$
begin
  create role midline_app nologin;
exception when duplicate_object or unique_violation then null;
end $$;

create function touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end $$;

create type user_role as enum ('patient', 'dentist', 'staff', 'admin');

create table users (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Lower case always: addresses are compared as they are stored.
  email text not null check (email = lower(email) and email like '_%@_%' and length(email) <= 254),
  first_name text not null default '' check (length(first_name) <= 100),
  last_name text not null default '' check (length(last_name) <= 100),
  postal_code text check (length(postal_code) <= 20),
  -- Identifiers of other systems: the clinic's, the CRM's. Never shown to patients.
  jarvis_id bigint,
  hubspot_id text,
  assigned_dentist_id bigint,
  has_pending_dentist_change boolean not null default false,
  terms_accepted boolean not null default false,
  terms_version text,
  terms_accepted_at timestamptz,
  cognito_sub_identifier text,
  time_zone text not null default 'Europe/Berlin',
  -- Null: whatever the browser asks for.
  language text check (language in ('en', 'de')),
  -- Null: whatever the device prefers.
  theme text check (theme in ('light', 'dark')),
  -- From then on every request of this person is refused.
  disabled_at timestamptz,
  constraint users_terms_whole check (
    terms_accepted = (terms_version is not null) and terms_accepted = (terms_accepted_at is not null)
  )
);
create unique index users_email_key on users (email);
create unique index users_cognito_sub_identifier_key on users (cognito_sub_identifier);
create unique index users_hubspot_id_key on users (hubspot_id);
create index users_jarvis_id_idx on users (jarvis_id);
create trigger users_touch before update on users for each row execute function touch_updated_at();

create table user_roles (
  user_id bigint not null references users (id),
  role user_role not null,
  granted_at timestamptz not null default now(),
  primary key (user_id, role)
);

create table dentists (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Null: known to the clinic, not yet to Midline.
  user_id bigint references users (id),
  external_id text,
  display_name text not null check (length(display_name) between 1 and 200),
  practice text not null check (length(practice) between 1 and 200),
  postal_code text not null,
  languages text[] not null default '{de}',
  accepts_new_patients boolean not null default true
);
create unique index dentists_user_id_key on dentists (user_id);
create unique index dentists_external_id_key on dentists (external_id);
create trigger dentists_touch before update on dentists for each row execute function touch_updated_at();

alter table users add constraint users_assigned_dentist_id_fkey
  foreign key (assigned_dentist_id) references dentists (id);
-- Lists of a dentist's patients are read by name, page by page.
create index users_assigned_dentist_id_idx on users (assigned_dentist_id, last_name, first_name, id);
create index users_by_name_idx on users (last_name, first_name, id);

create table sessions (
  -- SHA-256 of the identifier in the cookie: who reads this table cannot be anybody.
  id_hash bytea primary key check (length(id_hash) = 32),
  -- Null while signing in.
  user_id bigint references users (id),
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- Moves on with use ...
  idle_expires_at timestamptz not null,
  -- ... but never beyond this.
  expires_at timestamptz not null
);
create index sessions_user_id_idx on sessions (user_id);
create index sessions_expiry_idx on sessions (least(idle_expires_at, expires_at));

create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- Null: nobody was signed in.
  actor_id bigint references users (id),
  actor_role user_role,
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  outcome text not null default 'done' check (outcome in ('done', 'refused')),
  -- Whose record was read or changed, where it was a person's.
  subject_id bigint references users (id),
  -- Which row, as 'journeys' and its id.
  object_table text,
  object_id bigint,
  request_id uuid,
  -- Identifiers, counts and codes; never names, addresses or text.
  detail jsonb not null default '{}'
);
create index audit_log_subject_idx on audit_log (subject_id, id desc);
create index audit_log_actor_idx on audit_log (actor_id, id desc);
-- Whoever stands in a list that somebody read can find that out.
create index audit_log_listed_idx on audit_log using gin ((detail -> 'patients') jsonb_path_ops)
  where action = 'patient.list';

grant usage on schema public to midline_app;
grant select, insert, update on users, dentists to midline_app;
grant select, insert, delete on user_roles to midline_app;
grant select, insert, update, delete on sessions to midline_app;
-- Neither update nor delete: what was written stays written.
grant select, insert on audit_log to midline_app;
-- Whether the migrations are at head is asked by the server itself.
grant select on _sqlx_migrations to midline_app;
