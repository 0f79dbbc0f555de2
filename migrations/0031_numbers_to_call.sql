-- Numbers to call: whoever has patients has a practice at which those reach them, and patients can be called back.

-- A practice has a telephone and an address from its first row on; with patients it has opening hours, too. What was there before stays
-- as it is: only what is assigned from now on is looked at.
create function need_practice() returns trigger language plpgsql as $$
begin
  -- Held, so that the dentist does not leave the practice meanwhile. A dentist who is not there is the foreign key's to refuse.
  perform from dentists d where d.id = new.assigned_dentist_id for share;
  if found and not exists (select from dentists d join practice_hours h on h.practice_id = d.practice_id
                           where d.id = new.assigned_dentist_id) then
    raise exception 'dentist % has no practice with opening hours, so patients could not reach them', new.assigned_dentist_id
      using errcode = 'check_violation', constraint = 'users_dentist_has_practice';
  end if;
  return new;
end $$;
create trigger users_come_to_a_practice before insert on users
  for each row when (new.assigned_dentist_id is not null) execute function need_practice();
create trigger users_go_to_a_practice before update of assigned_dentist_id on users
  for each row when (new.assigned_dentist_id is not null and new.assigned_dentist_id is distinct from old.assigned_dentist_id)
  execute function need_practice();

alter table users
  -- Where the person can be called, as it is dialled from anywhere; the spaces are for reading. For those at a desk.
  add column phone text check (phone ~ '^\+[1-9][0-9 ]{6,28}$'),
  -- Whether they typed it in, or took it away, themselves: then what the sign-in service says does not count.
  add column phone_own boolean not null default false;
