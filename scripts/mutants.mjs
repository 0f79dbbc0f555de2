// The mutants of what decides who may see whom, and what runs them: see scripts/mutants.sh.
//
// Those of the database need no build: the function `care.seen` is put in the place of the true one in each test's database
// (`MIDLINE_MUTANT`, tests/http/harness.rs). Of two kinds: `rule` changes the function's text; `query` leaves it as it is but for the
// queries that contain a text, to which it answers as if they had asked otherwise (`current_query()`): for everybody, as if the query
// did not ask at all, or with another ability. Those in Rust change a file and build the tests.
//
// `by` are the tests that must notice, each of them; a mutant that one of them does not notice has survived.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const TABLE = "authority::every_route_answers_every_role_as_the_table_says";
const PLACES = "authority::a_list_goes_on_after_its_own_patients_only";
const RULE = "care::the_function_lets_in_whom_it_should";
const OWN = "care::a_dentist_is_shown_their_own_patients_alone";
const OFFICE = "care::the_office_is_shown_everybody";
const DECIDED = "care::what_was_decided_is_shown_while_the_patient_is_theirs";
const ROLES = "care::roles_open_what_they_open_and_no_more";

const PERSON = "(u.id = (scope).person and (scope).patient and ability <> 'treat')";
const DENTIST = "u.assigned_dentist_id = (scope).dentist";
const EVERYBODY = "((scope).everybody and ability = 'record')";

const rules = [
  ["own_is_nobodys", PERSON, "false", [RULE, TABLE]],
  ["own_is_everybodys", PERSON, "((scope).patient and ability <> 'treat')", [RULE, TABLE]],
  ["own_is_the_others", "u.id = (scope).person", "u.id <> (scope).person", [RULE, TABLE]],
  ["own_is_the_dentists_number", "u.id = (scope).person", "u.id = (scope).dentist", [RULE]],
  ["own_without_the_role", " and (scope).patient", "", [RULE, ROLES]],
  ["own_but_for_patients", "(scope).patient", "not (scope).patient", [RULE, TABLE]],
  ["own_treats_itself", " and ability <> 'treat'", "", [RULE]],
  ["own_treats_itself_alone", "ability <> 'treat'", "ability = 'treat'", [RULE, TABLE]],
  ["own_without_photos", "ability <> 'treat'", "ability = 'record'", [RULE, TABLE]],
  ["own_without_record", "ability <> 'treat'", "ability = 'photos'", [RULE, TABLE]],
  ["own_or_patient", "(scope).person and (scope).patient", "(scope).person or (scope).patient", [RULE, TABLE]],
  ["dentist_sees_nobody", DENTIST, "false", [RULE, TABLE]],
  ["dentist_sees_everybody", DENTIST, "(scope).dentist is not null", [RULE, TABLE]],
  ["dentist_sees_the_others", DENTIST, "u.assigned_dentist_id <> (scope).dentist", [RULE, TABLE]],
  ["no_dentist_sees_whom_nobody_treats", DENTIST, "u.assigned_dentist_id is not distinct from (scope).dentist", [RULE, TABLE]],
  ["dentist_is_the_persons_number", DENTIST, "u.assigned_dentist_id = (scope).person", [RULE]],
  ["dentist_without_photos", DENTIST, `(${DENTIST} and ability <> 'photos')`, [RULE, TABLE]],
  ["dentist_without_record", DENTIST, `(${DENTIST} and ability <> 'record')`, [RULE, TABLE]],
  ["dentist_does_not_treat", DENTIST, `(${DENTIST} and ability <> 'treat')`, [RULE, TABLE, OWN]],
  ["dentist_up_to_the_number", DENTIST, "u.assigned_dentist_id <= (scope).dentist", [RULE, OWN]],
  ["office_sees_nobody", EVERYBODY, "false", [RULE, TABLE, OFFICE]],
  ["office_sees_photos", " and ability = 'record'", "", [RULE, TABLE]],
  ["office_sees_photos_alone", "ability = 'record'", "ability <> 'record'", [RULE, TABLE]],
  ["office_sees_photos_as_well", "ability = 'record'", "ability <> 'treat'", [RULE, TABLE]],
  ["office_treats", "ability = 'record'", "ability <> 'photos'", [RULE]],
  ["everybody_is_the_office", "(scope).everybody and", "", [RULE, TABLE]],
  ["all_but_the_office", "(scope).everybody", "not (scope).everybody", [RULE, TABLE]],
  ["office_and_dentist", "or ((scope).everybody", "and ((scope).everybody", [RULE, TABLE]],
];

// Part of a query, what is answered to it instead ('open': everybody; else an ability), and by whom it is noticed.
const queries = [
  ["journey", "as \"with_photos!\"", "open", [TABLE]],
  ["journey", "as \"with_photos!\"", "photos", [TABLE]],
  ["journey", "as \"with_photos!\"", "treat", [TABLE]],
  ["record", "birth_date, jarvis_id as clinic_number, postal_code, phone", "open", [TABLE]],
  ["record", "birth_date, jarvis_id as clinic_number, postal_code, phone", "photos", [TABLE]],
  ["name", "select first_name, last_name from users u join care.seen", "open", [PLACES]],
  ["patients_of_a_dentist", "with patients as (", "open", [OWN, PLACES]],
  ["patients_of_a_dentist", "with patients as (", "nobody", [OWN, PLACES]],
  ["patients", "from users u join care.seen('record', $1) seen on seen.patient = u.id\n           left join lateral", "photos", [OFFICE]],
  ["patients_found", "join care.seen('record', $4) seen", "photos", [OFFICE]],
  ["album", "select j.id as \"journey: JourneyId\", u.id as", "open", [TABLE]],
  ["album", "select j.id as \"journey: JourneyId\", u.id as", "record", [TABLE]],
  ["album", "select j.id as \"journey: JourneyId\", u.id as", "treat", [TABLE]],
  ["photo", "from user_images i join care.seen", "open", [TABLE]],
  ["photo", "from user_images i join care.seen", "record", [TABLE]],
  ["photo", "from user_images i join care.seen", "treat", [TABLE]],
  ["thread", "d.id as \"dentist?", "open", [TABLE]],
  ["thread", "d.id as \"dentist?", "record", [TABLE]],
  ["threads", "left(m.body, 120) as", "open", [DECIDED]],
  ["report", "as \"unusable!\"", "open", [TABLE]],
  ["report", "as \"unusable!\"", "record", [TABLE]],
  ["reports_that_wait", "order by r.user_id is distinct from $3", "open", [OWN]],
  ["cases", "order by not reported, not urgent", "open", [OWN]],
  ["stands_still", "count(*) over () as \"of!\"", "open", [OWN]],
  ["decided", "r.previous_review_id as", "open", [DECIDED]],
  ["decided_lately", "r.decided_at as at,\n", "open", [DECIDED]],
  ["single_question", "select exists (select from care.seen($1, $2) seen", "open", [TABLE]],
  ["single_question", "select exists (select from care.seen($1, $2) seen", "nobody", [TABLE]],
].map(([name, text, to, by]) => [`${name}_${to}`, text, to, by]);

const rust = [
  ["patient_without_own", "src/care/scope.rs", "            patient: true,\n", "            patient: false,\n", [TABLE]],
  ["dentist_without_patients", "src/care/scope.rs", "dentist: Some(dentist.dentist_id())", "dentist: None", [TABLE]],
  ["every_desk_is_the_office", "src/care/scope.rs", "matches!(desk, Desk::Office(_))", "true", [TABLE]],
  ["no_desk_is_the_office", "src/care/scope.rs", "matches!(desk, Desk::Office(_))", "false", [TABLE, OFFICE]],
  ["desk_without_dentist", "src/care/scope.rs", "desk.dentist().map(Dentist::dentist_id)", "None", [TABLE]],
  ["everybody_is_a_patient", "src/care/scope.rs", "participant.patient().is_some()", "true", [ROLES]],
  ["nobody_is_a_patient", "src/care/scope.rs", "participant.patient().is_some()", "false", [TABLE]],
  ["whoever_is_at_a_desk_sees_all", "src/care/scope.rs", "desk.is_some_and(|desk| desk.everybody)", "desk.is_some()", [TABLE]],
  ["nobody_at_a_desk_sees_all", "src/care/scope.rs", "desk.is_some_and(|desk| desk.everybody)", "false", [TABLE]],
  ["nobody_takes_part_as_dentist", "src/care/scope.rs", "desk.and_then(|desk| desk.dentist)", "None", [TABLE]],
  ["a_card_makes_a_dentist_of_anyone", "src/care/scope.rs", ".filter(|_| person.has(Role::Dentist))", "", [ROLES]],
  ["anyone_is_a_patient", "src/care/scope.rs", "patient: person.has(Role::Patient)", "patient: true", [ROLES]],
  ["fields_change_places", "src/care/scope.rs", "record.encode(self.patient)?;", "record.encode(self.everybody)?;", [TABLE]],
  ["a_card_makes_a_dentist", "src/accounts/actor.rs", "person.dentist_id.filter(|_| person.has(Role::Dentist))?", "person.dentist_id?", [ROLES]],
  ["dentists_are_the_office", "src/accounts/actor.rs", "        [Role::Admin, Role::Staff]\n", "        [Role::Admin, Role::Staff, Role::Dentist]\n", [TABLE]],
  ["staff_are_not_the_office", "src/accounts/actor.rs", "        [Role::Admin, Role::Staff]\n", "        [Role::Admin]\n", [TABLE]],
  ["whoever_takes_part_is_a_patient", "src/accounts/actor.rs", "let patient = person.has(Role::Patient);", "let patient = true;", [ROLES]],
  ["whoever_asks_is_a_patient", "src/accounts/actor.rs", "person.has(Role::Patient).then_some((", "true.then_some((", [TABLE]],
  ["every_case_is_theirs", "src/reviews/service.rs", "if treats(db, dentist, &patient).await? =>", "if true =>", [TABLE]],
  ["every_report_is_theirs", "src/reports/service/answering.rs", "            && care::sees(tx, Scope::from(dentist), Ability::Treat, held.patient).await?\n", "", [TABLE]],
  ["every_report_is_theirs_to_close", "src/reports/service/answering.rs", "if care::sees(&mut tx, scope, Ability::Photos, held.patient).await? =>", "if true =>", [TABLE]],
  ["every_wish_is_theirs", "src/dentists/service.rs", "dentist.dentist_id() == to", "dentist.dentist_id() == to || true", [TABLE]],
];

const migration = readFileSync("migrations/0040_care.sql", "utf8");
const begin = migration.indexOf("create function care.seen");
const FUNCTION = migration.slice(begin).replace("create function", "create or replace function");
if (begin < 0) throw new Error("care.seen is not in migrations/0040_care.sql");

/** Exactly one place, so that a mutant never quietly becomes none. */
function changed(text, from, to, where) {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${parts.length - 1} places in ${where} read: ${from}`);
  return parts.join(to);
}

/** The files of a folder and of those below it, with what stands in them. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith(".rs"))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

/** Where a mutant's place is: as "file:line", as often as it is there. */
function places(files, part) {
  return files.flatMap(({ path, text }) => {
    const before = text.split(part).slice(0, -1);
    let line = 1;
    return before.map((piece) => {
      line += piece.split("\n").length - 1;
      const at = `${path}:${line}`;
      line += part.split("\n").length - 1;
      return at;
    });
  });
}

/** Says of each mutant where its place is, and whether there is exactly one; and of each test that it names, likewise. */
function list() {
  const sources = filesOf("src");
  const stores = sources.filter(({ path }) => /\/store(\/|\.rs$)/.test(path));
  const care = [{ path: "care.seen", text: FUNCTION }];
  const of = [
    ...rules.map(([name, part]) => ["rule", name, places(care, part)]),
    ...queries.map(([name, part]) => ["query", name, places(stores, part)]),
    ...rust.map(([name, file, part]) => ["rust", name, places(sources.filter(({ path }) => path === file), part)]),
  ];
  const tests = new Set([...rules, ...queries, ...rust].flatMap((mutant) => mutant.at(-1)));
  for (const test of tests) {
    const [module, name] = test.split("::");
    const found = places(filesOf("tests/http"), `async fn ${name}(`);
    of.push(["test", test, found.filter((at) => at.startsWith(`tests/http/${module}.rs:`))]);
  }
  const wrong = of.filter(([, , found]) => found.length !== 1);
  for (const [which, name, found] of of) {
    console.log(`${found.length === 1 ? "  " : "! "}${which} ${name}: ${found.join(", ") || "nowhere"}`);
  }
  console.log(`${of.length} places, ${wrong.length} of them missing or not one alone`);
  process.exit(wrong.length === 0 ? 0 : 1);
}

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

function answeredOtherwise(text, to) {
  const asked = `strpos(current_query(), ${quoted(text)}) > 0`;
  if (to === "open") return changed(FUNCTION, "  where ", `  where ${asked} or `, "care.seen");
  const [head, body] = FUNCTION.split("  where ");
  if (to === "nobody") return `${head}  where not ${asked} and (${body.replace("\n$$;", () => ")\n$$;")}`;
  const ability = `(case when ${asked} then '${to}'::care.ability else ability end)`;
  return `${head}  where ${body.replaceAll("ability", () => ability)}`;
}

const names = (tests) => `-E${tests.map((test) => `test(=${test})`).join(" or ")}`;

/** The tests that failed, and whether they were built at all. */
function run(tests, mutant) {
  const env = { ...process.env, NEXTEST_COLOR: "never" };
  if (mutant) env.MIDLINE_MUTANT = mutant;
  const args = ["nextest", "run", "--features", "demo", "--test", "http", "--no-fail-fast", names(tests)];
  const { stdout, stderr, status } = spawnSync("cargo", args, { env, encoding: "utf8", maxBuffer: 1 << 28 });
  const said = stdout + stderr;
  const built = / tests? run: /.test(said);
  const failed = tests.filter((test) => new RegExp(`(FAIL|TIMEOUT|SIG\\w+) .*\\b${test}$`, "m").test(said));
  return { built, failed, said, status };
}

const survived = [];
let count = 0;

function report(name, by, { built, failed, said }) {
  count += 1;
  const missed = by.filter((test) => !failed.includes(test));
  if (built && missed.length === 0) {
    console.log(`noticed   ${name}`);
    return;
  }
  survived.push(name);
  console.log(built ? `SURVIVED  ${name}: ${missed.join(", ")}` : `NOT BUILT ${name}\n${said.slice(-2000)}`);
}

const wanted = process.argv.slice(2);
if (wanted[0] === "--list") list();
const kind = wanted.length === 0 ? "sql" : wanted[0];
const chosen = (which, name) =>
  kind === "all" || kind === which || (kind !== "sql" && kind !== "rust" && wanted.includes(name));

// With nothing changed, and with the function in its own place again, everything passes.
for (const same of [undefined, FUNCTION]) {
  const every = [TABLE, PLACES, RULE, OWN, OFFICE, DECIDED, ROLES];
  const { built, failed, status, said } = run(every, same);
  if (!built || failed.length > 0 || status !== 0) {
    console.error(`the tests fail as it is: ${failed.join(", ")}\n${said.slice(-4000)}`);
    process.exit(1);
  }
}
for (const [name, from, to, by] of rules) {
  if (chosen("sql", name)) report(name, by, run(by, changed(FUNCTION, from, to, "care.seen")));
}
for (const [name, text, to, by] of queries) {
  if (chosen("sql", name)) report(name, by, run(by, answeredOtherwise(text, to)));
}
for (const [name, file, from, to, by] of rust) {
  if (!chosen("rust", name)) continue;
  const text = readFileSync(file, "utf8");
  const restore = () => writeFileSync(file, text);
  const stopped = () => {
    restore();
    process.exit(130);
  };
  process.once("SIGINT", stopped);
  try {
    writeFileSync(file, changed(text, from, to, file));
    report(name, by, run(by));
  } finally {
    restore();
    process.removeListener("SIGINT", stopped);
  }
}
console.log(`${count} mutants, ${survived.length} survived`);
process.exit(survived.length === 0 && count > 0 ? 0 : 1);
