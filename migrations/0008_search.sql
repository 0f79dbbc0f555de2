-- Finding patients by what is known of them.

create extension if not exists pg_trgm;

-- Names, email, postal code and the identifiers of other systems, in lower case. Never shown.
alter table users add column sought text generated always as (
  lower(first_name || ' ' || last_name || ' ' || first_name || ' ' || email || ' ' || coalesce(postal_code, '') || ' '
        || coalesce(jarvis_id::text, '') || ' ' || coalesce(hubspot_id, ''))) stored;
create index users_sought_idx on users using gin (sought gin_trgm_ops);
