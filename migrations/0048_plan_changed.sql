-- The clinic has moved the dates of a treatment, paused it, or given it other numbers: its patient is told so.
alter type notification_template add value if not exists 'plan_changed' after 'resume_due';
