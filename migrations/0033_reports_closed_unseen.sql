-- A report that its patient closed before a dentist saw it stays with the dentist, and after the clinic's time with staff, until it is
-- acknowledged.

-- What waits for a dentist: few, however many there were.
drop index reports_open_idx;
create index reports_open_idx on reports (user_id, id)
  where state in ('new', 'seen') or (state = 'closed' and seen_at is null);
create index reports_not_seen_idx on reports (user_id) where seen_at is null;
drop index reports_unseen_idx;
create index reports_unseen_idx on reports (staff_at) where seen_at is null;
