-- People are marked wherever they are listed at a desk when anybody else is called alike, on the same page or not.

-- What somebody is called, so that spellings of the same name come out alike. Never shown.
alter table users add column called text collate "C" not null generated always as (
  public.sought_words(first_name || ' ' || last_name)) stored;
create index users_called_idx on users (called, id);
