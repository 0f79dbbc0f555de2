// The little that is needed around requests and answers.
const LONGEST_BODY = 16 * 1024;

export class TooLong extends Error {}

/** The body as text; throws when it is longer than anything that is sent here. */
export async function readBody(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > LONGEST_BODY) throw new TooLong('The request is too long.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export function send(ctx, status, body) {
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}

/** Answers with a page: no scripts, one known style, forms only to here and on to the client. */
export function sendPage(ctx, status, { html, styleHash }, formTargets = []) {
  send(ctx, status, html);
  ctx.type = 'text/html; charset=utf-8';
  ctx.set({
    'Content-Security-Policy': [
      "default-src 'none'",
      `style-src '${styleHash}'`,
      "img-src 'self'",
      // Chromium holds the redirects that follow a form against this as well.
      `form-action ${["'self'", ...formTargets].join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
}
