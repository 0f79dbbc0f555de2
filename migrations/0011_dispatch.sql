-- Sending notifications: what the dispatcher needs to hand each over once, and to say what became of it.

create type notification_kind as enum ('change_due', 'review', 'dentist_change', 'message', 'notice');
-- How a notification that is sent reaches its patient: on a device, or in the inbox alone.
create type notification_delivery as enum ('push', 'inbox');

alter table users
  -- What the push provider knows a patient by: neither a name nor a number that can be guessed.
  add column push_id uuid not null default gen_random_uuid(),
  -- Kinds that are not pushed; they stand in the inbox all the same.
  add column unpushed notification_kind[] not null default '{}',
  -- Nothing is pushed from the one local time to the other; if they are equal, it always may be.
  add column quiet_from time not null default '21:00',
  add column quiet_until time not null default '08:00';
create unique index users_push_id_idx on users (push_id);

alter table notifications
  add column kind notification_kind not null default 'notice',
  -- When it may be claimed: as scheduled, or put off by quiet hours, by a lease, or by a try that failed.
  add column due_at timestamptz not null default now(),
  -- The provider's, the same for all tries: it takes what it knows already for done.
  add column idempotency_key uuid not null default gen_random_uuid(),
  -- Counts claims. Whoever settles names their claim: one that was taken over settles nothing.
  add column fence integer not null default 0,
  add column tries integer not null default 0 check (tries >= 0),
  -- Since when the provider may know of it.
  add column first_tried_at timestamptz,
  -- Somebody wants it cancelled that the provider may know of: the provider is asked what it can still do.
  add column cancel_wanted boolean not null default false,
  add column sent_at timestamptz,
  add column delivery notification_delivery,
  -- Why the last try failed: a word.
  add column failure text,
  -- When the patient opened it in the inbox.
  add column read_at timestamptz,
  -- When it stands in the inbox.
  add column told_at timestamptz generated always as (coalesce(scheduled_for, created_at)) stored;
update notifications n
  set due_at = coalesce(scheduled_for, created_at),
      kind = case when source = 'progress' then 'change_due'::notification_kind
                  when exists (select from reviews r where r.notification_id = n.id) then 'review'
                  when exists (select from messages m where m.notification_id = n.id) then 'message'
                  when exists (select from dentist_changes c where c.notification_id = n.id) then 'dentist_change'
                  else 'notice' end,
      -- What was told of before there was an inbox is no news.
      read_at = case when coalesce(scheduled_for, created_at) <= now() then now() end,
      sent_at = case when status = 'sent' then coalesce(scheduled_for, created_at) end,
      delivery = case when status = 'sent' then 'inbox'::notification_delivery end;
-- Nothing was sent until now. What has been due for longer than a day stands in the inbox; nobody is woken for it.
update notifications set status = 'sent', sent_at = due_at, delivery = 'inbox'
  where status = 'pending' and due_at < now() - interval '1 day';
alter table notifications
  add check ((status = 'sent') = (sent_at is not null)),
  add check ((status = 'sent') = (delivery is not null)),
  add check (not cancel_wanted or first_tried_at is not null);
-- What is claimed: few, however many were sent.
create index notifications_due_idx on notifications (due_at) where status = 'pending';
create index notifications_inbox_idx on notifications (user_id, told_at desc, id desc) where status <> 'cancelled';
create index notifications_unread_idx on notifications (user_id, told_at) where status <> 'cancelled' and read_at is null;
create index notifications_failed_idx on notifications (id) where status = 'failed';
create index notifications_sent_at_idx on notifications (sent_at);
-- What was done with one.
create index audit_log_notifications_idx on audit_log (object_id) where object_table = 'notifications';
drop index notifications_user_id_idx;
drop index notifications_scheduled_for_idx;
create index notifications_user_id_idx on notifications (user_id, id);
create index notifications_scheduled_for_idx on notifications (scheduled_for);

-- Nothing is due before it is scheduled, whoever writes it.
create function schedule_notification() returns trigger language plpgsql as $$
begin
  if new.scheduled_for is not null and new.first_tried_at is null then
    new.due_at := case tg_op when 'INSERT' then greatest(new.due_at, new.scheduled_for) else new.scheduled_for end;
  end if;
  return new;
end $$;
create trigger notifications_scheduled before insert or update of scheduled_for on notifications
  for each row execute function schedule_notification();

-- Tries that did not end in the notification being sent.
create table notification_tries (
  notification_id bigint not null references notifications (id),
  fence integer not null,
  at timestamptz not null default now(),
  -- A word, and the provider's status where it gave one.
  outcome text not null,
  http_status integer,
  -- When it was to be tried again.
  again_at timestamptz,
  primary key (notification_id, fence)
);

-- Wakes dispatchers: once a statement, and once a transaction however many of those.
create function wake_dispatchers() returns trigger language plpgsql as $$
begin
  if exists (select from changed where status = 'pending' and due_at <= now()) then
    notify notifications;
  end if;
  return null;
end $$;
create trigger notifications_added after insert on notifications
  referencing new table as changed for each statement execute function wake_dispatchers();

grant select, insert on notification_tries to midline_app;
