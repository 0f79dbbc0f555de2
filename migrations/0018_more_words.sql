-- Words that the next step uses: a value has to be kept before it can be.

-- Of a step back alone.
alter type progress_reason add value if not exists 'confirmed_by_mistake' before 'other';
-- The day has come on which somebody who paused meant to go on.
alter type notification_template add value if not exists 'resume_due' after 'change_owed';
