// Faults that tests switch on with POST /__faults. Without FAULTS=1 none of this is reachable.
import { generateKeyPair, decodeJwt, importJWK, SignJWT } from 'jose';
import { readBody, send } from './http.mjs';

const CHOICES = {
  token: ['ok', '500', 'hang', 'nonsense'],
  jwks: ['ok', '500'],
  id_token: [
    'ok', 'wrong_aud', 'wrong_issuer', 'wrong_nonce', 'expired', 'token_use_access',
    'unverified_email', 'bad_signature',
  ],
};

const SPOILED = {
  wrong_aud: () => ({ aud: 'somebody-elses-client' }),
  wrong_issuer: () => ({ iss: 'http://127.0.0.1:1' }),
  wrong_nonce: () => ({ nonce: 'not-the-nonce-that-was-asked-for' }),
  expired: ({ iat }) => ({ iat: iat - 7200, auth_time: iat - 7200, exp: iat - 3600 }),
  token_use_access: () => ({ token_use: 'access' }),
  unverified_email: () => ({ email_verified: false }),
  bad_signature: () => ({}),
};

/** Signs the token again, with one thing wrong in it. */
async function spoil(token, how, jwk) {
  const claims = decodeJwt(token);
  const key = how === 'bad_signature'
    ? (await generateKeyPair('RS256')).privateKey
    : await importJWK(jwk, 'RS256');
  return new SignJWT({ ...claims, ...SPOILED[how](claims) })
    .setProtectedHeader({ alg: 'RS256', kid: jwk.kid })
    .sign(key);
}

function choose(current, wanted) {
  if (wanted === null || typeof wanted !== 'object' || Array.isArray(wanted)) {
    throw new Error('Send a JSON object.');
  }
  for (const [name, value] of Object.entries(wanted)) {
    if (!CHOICES[name]?.includes(value)) {
      throw new Error(`Known faults: ${JSON.stringify(CHOICES)}`);
    }
  }
  return { ...current, ...wanted };
}

/** Middleware: what is named in the JSON is set, the rest stays as it was; answers with all of it. */
export function faults(jwk) {
  let now = { token: 'ok', jwks: 'ok', id_token: 'ok' };

  return async (ctx, next) => {
    if (ctx.path === '/__faults' && ctx.method === 'POST') {
      try {
        now = choose(now, JSON.parse(await readBody(ctx.req)));
        return send(ctx, 200, now);
      } catch (error) {
        return send(ctx, 400, { error: error.message });
      }
    }
    if (ctx.path === '/.well-known/jwks.json' && now.jwks === '500') {
      return send(ctx, 500, 'Broken on purpose.');
    }
    if (ctx.path === '/oauth2/token' && ctx.method === 'POST') {
      if (now.token === '500') return send(ctx, 500, 'Broken on purpose.');
      if (now.token === 'nonsense') {
        send(ctx, 200, '<p>This is not the JSON you were looking for');
        ctx.type = 'application/json';
        return undefined;
      }
      if (now.token === 'hang') {
        ctx.respond = false;
        return undefined;
      }
      await next();
      if (now.id_token !== 'ok' && ctx.body?.id_token) {
        ctx.body = { ...ctx.body, id_token: await spoil(ctx.body.id_token, now.id_token, jwk) };
      }
      return undefined;
    }
    return next();
  };
}
