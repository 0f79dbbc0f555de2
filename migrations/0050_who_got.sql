-- A campaign for those who got an earlier one: to put something right, or to go on from it. What failed elsewhere stands in the inbox.
alter table campaigns add column after_campaign_id bigint references campaigns (id);
create index campaigns_after_campaign_id_idx on campaigns (after_campaign_id) where after_campaign_id is not null;

create or replace view campaign_people as
  select c.id as campaign_id, u.id as user_id,
         case when c.send_at is null then now() else greatest(now(), local_moment(c.send_at, coalesce(c.time_zone, u.time_zone))) end as moment,
         case when u.disabled_at is not null then 'closed' when not u.terms_accepted then 'terms' end as left_out
  from campaigns c
  cross join users u
  left join lateral (
    select j.id, j.product, j.status, j.current_progress_stage, j.aftercare_stage from journeys j where j.user_id = u.id
    order by j.status = 'active' desc, j.id desc limit 1
  ) j on true
  left join lateral (
    select e.end_date from progress_events e where e.journey_id = j.id order by e.id desc limit 1
  ) e on c.overdue_days is not null
  where exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')
    and (c.product is null or j.product = c.product)
    and (c.status is null or j.status = c.status)
    and (c.stage_from is null or j.current_progress_stage >= c.stage_from)
    and (c.stage_to is null or j.current_progress_stage <= c.stage_to)
    and (c.aftercare_stage is null or j.aftercare_stage = c.aftercare_stage)
    and (c.dentist_id is null or u.assigned_dentist_id = c.dentist_id)
    and (c.overdue_days is null or (j.status = 'active' and e.end_date <= now() - make_interval(days => c.overdue_days)))
    and (c.after_campaign_id is null or exists (
           select from campaign_recipients r join notifications n on n.id = r.notification_id
           where r.campaign_id = c.after_campaign_id and r.user_id = u.id and n.status in ('sent', 'failed')));
