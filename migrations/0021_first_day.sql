-- The first day: somebody new is shown around, a page at a time, and goes on where they left.
alter table users
  -- The next of its pages; null: it is over.
  add column first_day text check (first_day in ('place', 'reminders', 'photos', 'practice'));
