// The settings, all of them from the environment. What is wrong is told at once, not one by one.

const REQUIRED = [
  'PORT', 'ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'REDIRECT_URI', 'LOGOUT_URI', 'PEOPLE', 'KEYS',
];

const list = (text) => text.split(',').map((part) => part.trim()).filter(Boolean);

function webAddress(text) {
  try {
    const url = new URL(text);
    return ['http:', 'https:'].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** Reads the settings. Returns `{ settings, problems }`; the settings hold only if there are no problems. */
export function readSettings(env) {
  const missing = REQUIRED.filter((name) => !env[name]?.trim());
  if (missing.length > 0) {
    return { problems: [`These settings are missing from the environment: ${missing.join(', ')}.`] };
  }

  const problems = [];
  const port = Number(env.PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    problems.push('PORT must be a number from 1 to 65535.');
  }
  const issuer = webAddress(env.ISSUER);
  if (issuer?.protocol !== 'http:' || issuer.origin !== env.ISSUER.replace(/\/$/, '')) {
    problems.push('ISSUER must be an http address without a path, such as http://127.0.0.1:9301.');
  }
  const addresses = {};
  for (const name of ['REDIRECT_URI', 'LOGOUT_URI']) {
    addresses[name] = list(env[name]);
    if (addresses[name].length === 0 || !addresses[name].every(webAddress)) {
      problems.push(`${name} must be one web address, or several with commas between them.`);
    }
  }

  return {
    problems,
    settings: {
      port,
      issuer: issuer?.origin,
      host: issuer?.host,
      clientId: env.CLIENT_ID,
      clientSecret: env.CLIENT_SECRET,
      redirectUris: addresses.REDIRECT_URI,
      logoutUris: addresses.LOGOUT_URI,
      people: env.PEOPLE,
      keys: env.KEYS,
      faults: env.FAULTS === '1',
      parentStdin: env.PARENT_STDIN === '1',
    },
  };
}
