// The demo's OpenID provider: it stands where AWS Cognito's hosted sign-in stands on a real site,
// with the same paths, the same claims and the same logout, and asks for no password.
//
// Settings, all from the environment, all required:
//   PORT           where to listen, on 127.0.0.1 only
//   ISSUER         its own address as browsers see it, such as http://127.0.0.1:9301
//   CLIENT_ID, CLIENT_SECRET   the one client
//   REDIRECT_URI   where sign-in may return to; several with commas between them
//   LOGOUT_URI     where logout may return to; several with commas between them
//   PEOPLE         a JSON file: [{ sub, email, email_verified, given_name, family_name,
//                  groups: [], purpose }]; read again when it changes. Who has a purpose gets a button
//   KEYS           a JSON file for the signing and cookie keys, made on the first start
// Optional:
//   PARENT_STDIN=1 end when stdin closes, so that it never outlives its parent
//   FAULTS=1       let tests break things with POST /__faults (see faults.mjs)
//
// It prints `ready <issuer>` when it listens. It exits with 2 when a setting is wrong, with 3 when
// the port is taken.
import { createServer } from 'node:http';
import { readSettings } from './settings.mjs';

function fail(code, ...sentences) {
  for (const sentence of sentences) console.error(sentence);
  process.exit(code);
}

const { settings, problems } = readSettings(process.env);
if (problems.length > 0) fail(2, ...problems);

// Loaded only now: the library takes a moment, and a missing setting should be told at once.
const [{ People }, { loadKeys }, { buildProvider }] = await Promise.all([
  import('./people.mjs'), import('./keys.mjs'), import('./provider.mjs'),
]);

let people;
try {
  people = new People(settings.people);
} catch (error) {
  fail(2, `The list of people (PEOPLE) could not be read: ${error.message}`);
}
let keys;
try {
  keys = await loadKeys(settings.keys);
} catch (error) {
  fail(2, `The keys (KEYS) could not be read or made: ${error.message}`);
}

const handle = buildProvider({ settings, people, keys }).callback();
const server = createServer((request, response) => {
  // Every address it hands out is the issuer's, whatever name it was called by.
  request.headers.host = settings.host;
  handle(request, response);
});

function stop() {
  server.close();
  server.closeAllConnections();
  process.exit(0);
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (settings.parentStdin) {
  process.stdin.once('end', stop).once('close', stop).once('error', stop).resume();
}

server.once('error', (error) => {
  if (error.code === 'EADDRINUSE') {
    fail(3, `Port ${settings.port} on 127.0.0.1 is taken by another program.`);
  }
  fail(1, `It could not listen on port ${settings.port}: ${error.message}`);
});
process.stdout.on('error', () => {});
server.listen(settings.port, '127.0.0.1', () => console.log(`ready ${settings.issuer}`));
