-- A dentist's first page counts whose treatment stands still, and leads to the list of them: both ask this, so that they mean the same.

-- Whether it does, by a journey's newest event: overdue, or paused for `long` days or beyond the day on which they meant to go on.
create function stands_still(
  event progress_event_type, due_on date, occurred_on date, resume_on date, today date, long integer
) returns boolean
  language sql immutable parallel safe as $$
  select coalesce(due_on < today
                  or (event = 'pause' and (coalesce(resume_on < today, false) or occurred_on <= today - long)), false)
$$;
