-- A report that its patient closed before a dentist saw it stays with the dentist until they have seen it. What was closed before
-- this rule counts as seen by whoever closed it.

update reports set seen_at = closed_at, seen_by = closed_by where state = 'closed' and seen_at is null;

-- What waits for a dentist: few, however many there were.
drop index reports_open_idx;
create index reports_open_idx on reports (user_id, id)
  where state in ('new', 'seen') or (state = 'closed' and seen_at is null);
create index reports_not_seen_idx on reports (user_id) where seen_at is null;
