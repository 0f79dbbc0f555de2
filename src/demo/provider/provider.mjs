// oidc-provider, laid out as Cognito is, with the sign-in page and Cognito's own kind of logout.
import Provider, { errors, interactionPolicy } from 'oidc-provider';
import { faults } from './faults.mjs';
import {
  readBody, send, sendPage, TooLong,
} from './http.mjs';
import { problemPage, signInPage } from './pages.mjs';
import { Store } from './store.mjs';

const HOUR = 60 * 60;
const LONGEST_EMAIL = 254;
const SIGN_IN = /^\/login\/[\w-]+$/;

/** What Cognito says about a person: in the ID token and, a little differently, in userInfo. */
function claimsOf(person, use) {
  const claims = {
    sub: person.sub,
    email: person.email,
    email_verified: person.emailVerified,
    given_name: person.givenName || undefined,
    family_name: person.familyName || undefined,
  };
  if (use !== 'id_token') {
    return { ...claims, email_verified: String(person.emailVerified), username: person.sub };
  }
  return {
    ...claims,
    'cognito:username': person.sub,
    'cognito:groups': person.groups.length > 0 ? person.groups : undefined,
    token_use: 'id',
  };
}

/** Asks only who it is, never for consent; asks again when that person has left the list. */
function signInPolicy() {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const { Check } = interactionPolicy;
  policy.get('login').checks.add(new Check('no_account', 'End-User authentication is required', (ctx) => (
    ctx.oidc.session.accountId && !ctx.oidc.account
      ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT)));
  return policy;
}

/** Everything that is asked for is granted. */
async function grantAll(ctx) {
  const { provider, session, client, account, requestParamOIDCScopes } = ctx.oidc;
  const known = session.grantIdFor(client.clientId);
  let grant = known && await provider.Grant.find(known);
  if (grant?.accountId !== account.accountId) {
    grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  }
  grant.addOIDCScope([...requestParamOIDCScopes].join(' '));
  await grant.save();
  return grant;
}

function configuration({ settings, people, keys, back }) {
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax' };
  return {
    adapter: Store,
    clients: [{
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      redirect_uris: settings.redirectUris,
      response_types: ['code'],
      grant_types: ['authorization_code'],
      // The library takes the secret from the body as well.
      token_endpoint_auth_method: 'client_secret_basic',
      require_auth_time: true,
    }],
    jwks: keys.jwks,
    cookies: {
      // Cookies know no ports: these names must not meet those of the site itself.
      names: {
        session: 'demo_provider_session',
        interaction: 'demo_provider_sign_in',
        resume: 'demo_provider_resume',
      },
      keys: keys.cookies,
      long: { ...cookie, path: '/' },
      short: cookie,
    },
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      userinfo: '/oauth2/userInfo',
      revocation: '/oauth2/revoke',
      jwks: '/.well-known/jwks.json',
    },
    features: {
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: true },
    },
    responseTypes: ['code'],
    scopes: ['openid', 'email', 'profile'],
    claims: {
      openid: ['sub', 'cognito:username', 'cognito:groups', 'token_use', 'username'],
      email: ['email', 'email_verified'],
      profile: ['given_name', 'family_name'],
    },
    conformIdTokenClaims: false,
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    pkce: { methods: ['S256'], required: () => true },
    clientBasedCORS: () => false,
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: HOUR / 12,
      IdToken: HOUR,
      Interaction: HOUR,
      Session: 24 * HOUR,
      Grant: 24 * HOUR,
    },
    interactions: {
      policy: signInPolicy(),
      url: (ctx, interaction) => `/login/${interaction.uid}`,
    },
    loadExistingGrant: grantAll,
    findAccount(ctx, sub) {
      const person = people.bySub(sub);
      return person && { accountId: sub, claims: (use) => claimsOf(person, use) };
    },
    renderError(ctx, out) {
      sendPage(ctx, ctx.status, problemPage({
        title: ctx.status === 404 ? 'There is no such page here' : 'Sign-in could not go on',
        words: 'Nothing was changed. Go back to Midline and start again from there.',
        detail: [out.error, out.error_description].filter(Boolean).join(': '),
        back,
      }));
    },
  };
}

/** The page that asks who it is (`GET`), and its three forms (`POST`). */
function signIn({ provider, people, formTargets, back }) {
  const show = (ctx, status, more = {}) => sendPage(ctx, status, signInPage({
    action: ctx.path, people: people.shown(), ...more,
  }), formTargets);

  async function finish(ctx, result) {
    const next = await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
    // Somebody else was signed in here: they are not any more.
    const session = await provider.Session.get(ctx);
    if (result.login && session.accountId && session.accountId !== result.login.accountId) {
      session.accountId = undefined;
      session.authorizations = undefined;
      await session.persist();
    }
    send(ctx, 303, '');
    ctx.redirect(next);
  }

  async function submitted(ctx) {
    const form = new URLSearchParams(await readBody(ctx.req));
    if (form.has('cancel')) {
      return finish(ctx, { error: 'access_denied', error_description: 'The sign-in was cancelled.' });
    }
    const typed = (form.get('email') ?? '').slice(0, LONGEST_EMAIL);
    const person = form.has('person') ? people.bySub(form.get('person')) : people.byEmail(typed);
    if (person) return finish(ctx, { login: { accountId: person.sub } });

    let error = `Nobody in the demo has the address “${typed}”. Check the spelling, or choose somebody from the list.`;
    if (form.has('person')) error = 'That person is no longer in the demo. Choose somebody else, or type an address.';
    else if (!typed.trim()) error = 'No address was typed. Type one, or choose somebody from the list.';
    return show(ctx, 422, { typed, error });
  }

  return async (ctx, next) => {
    if (!SIGN_IN.test(ctx.path)) return next();
    try {
      const { uid, params } = await provider.interactionDetails(ctx.req, ctx.res);
      if (ctx.path !== `/login/${uid}`) throw new errors.SessionNotFound('interaction mismatch');
      if (ctx.method === 'POST') return await submitted(ctx);
      if (ctx.method === 'GET' || ctx.method === 'HEAD') {
        return show(ctx, 200, { typed: (params.login_hint ?? '').slice(0, LONGEST_EMAIL) });
      }
      ctx.set('Allow', 'GET, POST');
      return send(ctx, 405, 'Only GET and POST are answered here.');
    } catch (error) {
      if (error instanceof TooLong) return send(ctx, 413, error.message);
      if (!(error instanceof errors.SessionNotFound)) throw error;
      return sendPage(ctx, 400, problemPage({
        title: 'This sign-in is over',
        words: 'It was already used, or it waited too long. Nothing is lost: go back to Midline and sign in again.',
        back,
      }));
    }
  };
}

/** Cognito's logout: one GET, no question asked, back to an address that is registered for it. */
function logout({ provider, settings, back }) {
  const refuse = (ctx, words) => sendPage(ctx, 400, problemPage({
    title: 'You could not be signed out like this', words, back,
  }));

  return async (ctx, next) => {
    if (ctx.path !== '/logout' || ctx.method !== 'GET') return next();
    const { client_id: client, logout_uri: target } = ctx.query;
    if (client !== settings.clientId) {
      return refuse(ctx, 'The request names no application that is known here (client_id). You are still signed in.');
    }
    if (!settings.logoutUris.includes(target)) {
      return refuse(ctx, 'The address to go to afterwards (logout_uri) is not registered for this application. You are still signed in.');
    }

    const session = await provider.Session.get(ctx);
    if (session.accountId) await session.destroy();
    ctx.cookies.set(provider.cookieName('session'), null, {
      signed: true, httpOnly: true, sameSite: 'lax', path: '/',
    });
    ctx.set('Cache-Control', 'no-store');
    return ctx.redirect(target);
  };
}

export function buildProvider({ settings, people, keys }) {
  const formTargets = [...new Set(settings.redirectUris.map((uri) => new URL(uri).origin))];
  const back = `${formTargets[0]}/`;
  const provider = new Provider(settings.issuer, configuration({
    settings, people, keys, back,
  }));

  provider.app.silent = true;
  provider.on('server_error', (ctx, error) => console.error(`${ctx.method} ${ctx.path}: ${error.stack}`));
  provider.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      console.error(`${ctx.method} ${ctx.path}: ${error.stack}`);
      sendPage(ctx, 500, problemPage({
        title: 'Something went wrong here',
        words: 'Nothing was changed. Go back to Midline and try again.',
        back,
      }));
    }
  });
  provider.use(async (ctx, next) => (ctx.path === '/favicon.ico' ? send(ctx, 204, null) : next()));
  if (settings.faults) provider.use(faults(keys.jwks.keys[0]));
  provider.use(logout({ provider, settings, back }));
  provider.use(signIn({
    provider, people, formTargets, back,
  }));
  return provider;
}
