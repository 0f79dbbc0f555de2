-- Care: who may see whom. One function answers it, and each query of what patients' records hold asks that function.

create schema care;
comment on schema care is 'Who treats whom, and who may see whose record';
grant usage on schema care to midline_app;

-- What somebody wants of a patient's record. How far each goes is said once, in care.seen.
create type care.ability as enum (
  'record', -- who they are, their treatment, their wear time
  'photos', -- their photos, messages and reports
  'treat'   -- what the dentist who treats them does and is shown
);

-- Who looks, as the server made it of a person who signed in: their row of users; whether they are a patient, to whom their own record
-- is open; their row of dentists, if they are one; whether they work for the clinic, and so have to do with everybody.
create type care.scope as (person bigint, patient boolean, dentist bigint, everybody boolean);

-- The patients of whom this is open to whoever looks. Whoever is joined with it stays in the query; who is not, may not be seen.
--
-- The planner puts this into the query that asks, so that what is not asked for costs nothing: with 'treat' nothing is left of it but
-- the dentist's own patients, which an index finds. For that it has to stay one plain select, neither strict nor volatile, with no
-- settings and no rights of its own; tests/http/plans.rs looks at what becomes of it. That is also why tables stand here with their
-- schema. Access that somebody gives to somebody else (a dentist's stand-in, a parent) belongs in here, beside the first two lines, as
-- `= any (array(select …))`, which finds by index as well; no query has to know of it.
create function care.seen(ability care.ability, scope care.scope) returns table (patient bigint)
  language sql stable parallel safe as $$
  select u.id from public.users u
  where (u.id = (scope).person and (scope).patient and ability <> 'treat')
     or u.assigned_dentist_id = (scope).dentist
     or ((scope).everybody and ability = 'record')
$$;
