-- A campaign that waits for its time is told from one that is going out.

-- Whether a campaign that was started waits for its time: nothing of it is due, and nothing has gone out.
create function is_scheduled(c campaigns) returns boolean
  language sql stable parallel safe as $$
  select c.state in ('preparing', 'running') and c.send_at is not null and coalesce(case
    when c.time_zone is not null then local_moment(c.send_at, c.time_zone) > now()
    -- It is that time nowhere on earth yet: nobody has to be looked at.
    when c.send_at - interval '14 h' > now() at time zone 'UTC' then true
    else (select min(r.moment) > now() from campaign_recipients r
          where r.campaign_id = c.id and r.notification_id is null and r.left_out is null)
         and not exists (select from campaign_recipients r where r.campaign_id = c.id and r.notification_id is not null)
  end, false)
$$;
