-- By which channels somebody wants to be told what, and whether each can reach them.

alter table users
  -- Kinds that are mailed, and kinds that are sent as a text message, besides what `unpushed` leaves to the devices.
  add column emailed notification_kind[] not null default '{}',
  add column texted notification_kind[] not null default '{}',
  -- What finds no device is mailed instead.
  add column email_instead boolean not null default false,
  -- But not of these kinds, of which they unsubscribed in an e-mail.
  add column unmailed notification_kind[] not null default '{}',
  -- Since when their address, or their number, is known to take nothing; another one is tried anew.
  add column email_unreachable_at timestamptz,
  add column phone_unreachable_at timestamptz,
  add constraint users_emailed_whole check (array_position(emailed, null) is null),
  add constraint users_texted_whole check (array_position(texted, null) is null),
  add constraint users_unmailed_whole check (array_position(unmailed, null) is null);

-- Whether somebody is mailed what is of a kind, once it comes to that: they want it so, or allowed it where no device is found.
create function may_be_mailed(person users, what notification_kind) returns boolean
  language sql immutable parallel safe as $$
  select person.disabled_at is null and (what = any (person.emailed) or person.email_instead and not what = any (person.unmailed))
$$;

create function forget_unreachable() returns trigger language plpgsql as $$
begin
  if new.email is distinct from old.email then
    new.email_unreachable_at := null;
  end if;
  if new.phone is distinct from old.phone then
    new.phone_unreachable_at := null;
  end if;
  return new;
end $$;
create trigger users_reachable before update of email, phone on users
  for each row execute function forget_unreachable();

-- Why an address takes no mail, in a word; null: it does. The sign-in service vouches for an address when somebody signs in.
create function email_obstacle(person users) returns text
  language sql immutable parallel safe as $$
  select case when person.cognito_sub_identifier is null then 'unverified'
              when person.email_unreachable_at is not null then 'unreachable' end
$$;

-- The same of a telephone number, for text messages.
create function sms_obstacle(person users) returns text
  language sql immutable parallel safe as $$
  select case when person.phone is null then 'no_number'
              when person.phone_unreachable_at is not null then 'unreachable' end
$$;
