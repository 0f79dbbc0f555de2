-- What belongs to one event: the reminders of a step. Null: told before there were groups, and of nothing else.
--
-- Alone, because it is the only part of what follows that nobody may read beside: 0043 fills the column, which takes its time.
alter table notifications add column group_id uuid;
