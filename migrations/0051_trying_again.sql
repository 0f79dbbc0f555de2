-- What failed by one channel is tried again, whichever that is, and whether or not another channel took it.

-- Why a delivery that failed is not tried again, in a word; null: it can be. It may have gone out after all, or its address, or its
-- number, takes nothing, which another one would mend.
create function retry_obstacle(failed deliveries, person users) returns text
  language sql immutable parallel safe as $$
  select case when failed.error = 'expired' then 'expired'
              when failed.channel = 'email' and failed.error = 'address_refused' and email_obstacle(person) is not null then 'no_address'
              when failed.channel = 'sms' and failed.error = 'number_refused' and sms_obstacle(person) is not null then 'no_number' end
$$;

-- Of a notification the channel that failed, and why; of several one that can be tried again, if there is one. No row: none failed.
create function failed_delivery(notification bigint)
  returns table (channel delivery_channel, failure text, obstacle text)
  language sql stable parallel safe rows 1 as $$
  select d.channel, d.error, retry_obstacle(d, u)
  from deliveries d join notifications n on n.id = d.notification_id join users u on u.id = n.user_id
  where d.notification_id = notification and d.state::text = 'failed'
  order by retry_obstacle(d, u) is not null, d.channel limit 1
$$;

-- Whether something of a notification failed that can be tried again. What has passed is another matter (`has_passed`).
create function can_be_retried(n notifications) returns boolean
  language sql stable parallel safe as $$
  select case n.status when 'failed' then not exists (select from failed_delivery(n.id) f where f.obstacle is not null)
                       when 'sent' then exists (select from failed_delivery(n.id) f where f.obstacle is null)
                       else false end
$$;

-- Which notifications have a delivery that failed: found by them, of however many others.
drop index deliveries_failed_idx;
create index deliveries_failed_idx on deliveries (notification_id) where state = 'failed';
