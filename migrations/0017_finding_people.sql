-- Finding people by what is shown of them, however it is typed, and listing them in the order that readers expect.
--
-- Both sides of a comparison are made by the database: what is kept by `sought_text`, what is asked for by
-- `sought_pattern`. See docs/decisions/0015-finding-people.md.

-- A text's letters, so that spellings of the same name come out alike: the case of every script, accents and other
-- marks, composed and decomposed letters, ligatures and letters with a stroke, apostrophes of every kind, and marks
-- that nobody sees.
create function sought_letters(text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(
    normalize(
      replace(replace(replace(replace(
        translate(
          -- An acute or grave accent that stands alone is an apostrophe to whoever typed it.
          lower(normalize(translate($1, '''’‘‛`´ʼʹʻʽʾʿˈ′‵＇՚׳', ''), NFKC) collate "und-x-icu"),
          'øðđħıĸłŋŧəςىة', 'oddhiklnteσيه'),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
      NFKD) collate "C",
    -- Combining marks of Latin, Greek and Cyrillic, of Hebrew and of Arabic; what has no width; controls.
    U&'[\0300-\036F\0591-\05BD\05BF\05C1\05C2\05C4\05C5\05C7\0640\064B-\065F\0670\00AD\02BC\200B-\200F\202A-\202E\2060-\2064\2066-\2069\FEFF\0001-\0008\000E-\001F\007F-\009F]+',
    '', 'g');

-- The words of a text: hyphens of every kind part words, as do commas, quotes and brackets; a dot at a word's end goes.
create function sought_words(text) returns text
  language sql immutable strict parallel safe
  return btrim(regexp_replace(regexp_replace(
    public.sought_letters($1) collate "C",
    U&'[-\2010-\2015\2212\2043\30FB,;:<>()"\201C\201D\201E\00AB\00BB\0009-\000D\0020]+', ' ', 'g'),
    '[.]+( |$)', '\1', 'g'));

-- Ö is written O, Ö or Oe, in whatever is kept and in whatever is asked for.
create function sought_german(text) returns text
  language sql immutable strict parallel safe
  return replace(replace(replace($1, 'ae', 'a'), 'oe', 'o'), 'ue', 'u');

-- A postal code: without its country's letters (D-10115), without spaces and hyphens, without the place beside it.
create function postal_plain(text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    btrim(public.sought_letters($1)) collate "C",
    U&'[\2010-\2015\2212]', '-', 'g'),
    '^([a-z]{1,3}[ -]*(?=[0-9]{4})|[^0-9]{3,}[ ,]+(?=[0-9]))', ''),
    '(?<=[0-9a-z])[ ,]+[^0-9 ,]{3,}.*$', ''),
    '[ ,.-]+', '', 'g');

-- When somebody was born: tells people of one name apart at a desk. Null: not known.
alter table users add column birth_date date check (birth_date >= '1900-01-01');

-- All by which a person is found. Names stand twice, so that they are found in either order; once more in one piece
-- (Annalena for Anna-Lena, names that are written without a space); and as they are spelled, where the German spelling
-- is another.
create function sought_text(
  first_name text, last_name text, email text, postal_code text, jarvis_id bigint, hubspot_id text, birth_date date
) returns text
  language sql immutable parallel safe
  return (
    select public.sought_german(plain) || case when plain <> public.sought_german(plain) then ' ' || plain else '' end
    from (select public.sought_words(concat_ws(' ', first_name, last_name, first_name, email, hubspot_id)) || ' '
        || replace(public.sought_words(concat_ws(' ', last_name, first_name, last_name)), ' ', '') || ' '
        || coalesce(public.postal_plain(postal_code) || ' ', '') || coalesce(public.sought_words(postal_code) || ' ', '')
        || coalesce(jarvis_id::text || ' ', '')
        || coalesce(lpad(extract(day from birth_date)::text, 2, '0') || '.' || lpad(extract(month from birth_date)::text, 2, '0')
                    || '.' || extract(year from birth_date)::text || ' '
                    || extract(day from birth_date)::text || '.' || extract(month from birth_date)::text
                    || '.' || extract(year from birth_date)::text || ' '
                    || extract(day from birth_date)::text || ' '
                    || (array['jan','feb','mar','apr','may','jun','jul','aug','sep','oct','nov','dec'])[extract(month from birth_date)::integer]
                    || ' ' || extract(year from birth_date)::text
                    || ' ' || lpad(extract(month from birth_date)::text, 2, '0')
                    || ' ' || lpad(extract(day from birth_date)::text, 2, '0'), '')) as made (plain));

-- The pattern (of `like`) for one word of what is asked for: the first to the fifth, or all further ones in their order.
-- Where there is no such word: one that everything is like; but nothing is like a text that holds no word at all,
-- except an empty one. In a query: `u.sought like (select sought_pattern($1, 1)) and … (select sought_pattern($1, 6))`;
-- with the `select` it is made once, and the index is used.
create function sought_pattern(asked text, word integer) returns text
  language sql immutable strict parallel safe
  return (
    select case
      when word < 6 and words[word] <> '' then '%' || words[word] || '%'
      when word = 6 and cardinality(words) > 5 then '%' || array_to_string(words[6:], '%') || '%'
      when word = 1 and cardinality(words) = 0 and btrim(asked) <> '' then ''
      else '%'
    end
    from (
      select string_to_array(
        -- What `like` takes for more than itself.
        regexp_replace(public.sought_german(public.sought_words(
          -- A country's letters before a postal code.
          regexp_replace(asked, '(^|\s)[[:alpha:]]{1,3}-(?=[0-9]{4,5}(\s|$))', '\1'))), '([\\%_])', '\\\1', 'g'), ' ')
    ) as made (words));

-- Names sort as their readers expect, Ö with O and capitals with small letters, whatever the database's own order is. The
-- root collation is right for English and for German alike; a language that sorts otherwise needs an index of its own.
alter table users drop column sought;
alter table users
  alter column first_name type text collate "und-x-icu",
  alter column last_name type text collate "und-x-icu";
alter table dentists
  alter column display_name type text collate "und-x-icu",
  alter column practice type text collate "und-x-icu";

-- Never shown.
alter table users add column sought text collate "C" not null generated always as (
  public.sought_text(first_name, last_name, email, postal_code, jarvis_id, hubspot_id, birth_date)) stored;
-- Searched at once after writes: nothing waits to be put into the index.
create index users_sought_idx on users using gin (sought gin_trgm_ops) with (fastupdate = off);

-- Only its beginning is asked for, and only within the directory.
alter table dentists add column postal_plain text collate "C" not null generated always as (public.postal_plain(postal_code)) stored;
