-- A dentist has each text once: a form that is sent twice saves one, and so do three taps at once.
delete from saved_replies later using saved_replies first
  where later.dentist_id = first.dentist_id and later.title = first.title and later.body = first.body and later.id > first.id;
-- The text by its digest: an index holds no two thousand characters.
create unique index saved_replies_once_idx on saved_replies (dentist_id, title, md5(body));
