-- Whether what is of a kind is expected to reach somebody beyond their inbox, by the rules by which it goes out: on a device, if they
-- want that and a push reached one of theirs within thirty days; by e-mail, if they want that, or allowed it in place of a push that finds
-- no device; as a text message. `mailed` and `texted` say whether this installation has these channels. Who has a device that no push has
-- reached yet is not known to Midline: that alone the forecast can miss.
create function leaves_inbox(person users, what notification_kind, mailed boolean, texted boolean) returns boolean
  language sql stable parallel safe as $$
  select person.disabled_at is null and (
    not what = any (person.unpushed)
      -- One by one, and no further than the first: never all notifications there ever were.
      and (select n.id from notifications n where n.user_id = person.id and n.delivery = 'push'
             and n.sent_at > now() - interval '30 days' limit 1) is not null
    or mailed and email_obstacle(person) is null
      and (what = any (person.emailed)
           or person.email_instead and not what = any (person.unpushed) and not what = any (person.unmailed))
    or texted and what = any (person.texted) and sms_obstacle(person) is null)
$$;
