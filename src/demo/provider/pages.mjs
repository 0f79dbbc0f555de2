// The pages that people see, as plain HTML: no scripts, nothing loaded from elsewhere.
import { createHash } from 'node:crypto';

const STYLE = `
:root{
  color-scheme:light dark;
  --page:#f8fafc;--card:#fff;--ink:#0f172a;--quiet:#475569;--line:#dbe3ec;--edge:#64748b;
  --accent:#0f766e;--accent-strong:#115e59;--on-accent:#fff;--tint:#e6f5f3;--on-tint:#134e4a;
  --trouble:#be123c;--trouble-tint:#fff1f2;
  --shadow:0 1px 2px rgb(15 23 42/.05),0 6px 20px -8px rgb(15 23 42/.12);
}
@media (prefers-color-scheme:dark){:root{
  --page:#0b1220;--card:#141d2f;--ink:#f1f5f9;--quiet:#a8b5c8;--line:#27344b;--edge:#7c8ba1;
  --accent:#2dd4bf;--accent-strong:#5eead4;--on-accent:#042f2e;--tint:#0f2f33;--on-tint:#b5f1e8;
  --trouble:#fda4af;--trouble-tint:#3a1622;
  --shadow:0 1px 2px rgb(0 0 0/.3),0 8px 24px -10px rgb(0 0 0/.5);
}}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--page);color:var(--ink);
  font:1rem/1.5 Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
  -webkit-font-smoothing:antialiased}
h1,h2,p,ul{margin:0}
h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.02em;font-weight:650;text-wrap:balance}
h2{font-size:1rem;line-height:1.4;font-weight:600}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.frame{width:100%;max-width:66rem;margin:0 auto;padding:0 1.25rem}
.note{background:var(--tint);color:var(--on-tint);font-size:.9375rem}
.note .frame{display:flex;gap:.75rem;align-items:flex-start;padding-top:.75rem;padding-bottom:.75rem}
.note svg{flex:none;width:1.25rem;height:1.25rem;margin-top:.125rem}
.brand{display:flex;align-items:center;gap:.625rem;padding-top:1.5rem;font-weight:650;letter-spacing:-.01em}
.brand svg{width:2rem;height:2rem;color:var(--accent)}
main{flex:1;padding-top:1.75rem!important;padding-bottom:2.5rem!important;display:grid;gap:2rem;align-content:start}
.lead{margin-top:.75rem;color:var(--quiet);max-width:34rem}
.stack{display:grid;gap:2rem;min-width:0}
ul{list-style:none;padding:0;margin-top:.75rem;display:grid;gap:.75rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;box-shadow:var(--shadow)}
.person{width:100%;min-height:44px;display:flex;align-items:center;gap:1rem;padding:1rem;
  color:inherit;font:inherit;text-align:left;cursor:pointer;transition:border-color .15s,background-color .15s}
.person:hover{border-color:var(--accent);background:color-mix(in srgb,var(--tint) 40%,var(--card))}
.person:active{background:var(--tint)}
.face{flex:none;display:grid;place-items:center;width:2.75rem;height:2.75rem;border-radius:999px;
  background:var(--tint);color:var(--on-tint);font-size:.9375rem;font-weight:600;letter-spacing:.02em}
.words{flex:1;min-width:0;display:grid;gap:.125rem}
.email{font-weight:600;overflow-wrap:anywhere}
.purpose{color:var(--quiet);font-size:.9375rem;line-height:1.45}
.go{flex:none;width:1.25rem;height:1.25rem;color:var(--edge)}
.person:hover .go{color:var(--accent)}
.other{padding:1.25rem}
.other p{margin-top:.25rem;color:var(--quiet);font-size:.9375rem}
.other label{display:block;margin-top:1rem;font-weight:600;font-size:.9375rem}
.row{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:.375rem}
input{flex:1 1 14rem;min-width:0;min-height:48px;padding:.5rem .875rem;border:1px solid var(--edge);border-radius:12px;
  background:var(--page);color:inherit;font:inherit}
input[aria-invalid]{border:2px solid var(--trouble)}
.other .error{display:flex;gap:.5rem;margin:.375rem 0 .625rem;padding:.625rem .75rem;border-radius:12px;
  background:var(--trouble-tint);color:var(--trouble);font-weight:500}
.error svg{flex:none;width:1.25rem;height:1.25rem;margin-top:.0625rem}
.button{display:inline-flex;align-items:center;justify-content:center;min-height:48px;padding:.5rem 1.5rem;border-radius:999px;
  border:1px solid transparent;font:inherit;font-weight:600;text-decoration:none;cursor:pointer;transition:background-color .15s}
.main{background:var(--accent);color:var(--on-accent)}
.main:hover{background:var(--accent-strong)}
.plain{background:transparent;border-color:var(--edge);color:var(--ink)}
.plain:hover{background:var(--tint);color:var(--on-tint)}
.row .button{flex:0 0 auto}
footer{color:var(--quiet);font-size:.875rem;border-top:1px solid var(--line)}
footer .frame{padding-top:1.25rem;padding-bottom:1.5rem}
.single{max-width:40rem}
.single .button{margin-top:1.5rem}
.detail{margin-top:1rem;color:var(--quiet);font-size:.875rem;overflow-wrap:anywhere}
@media (max-width:30rem){.person{gap:.75rem;padding:.875rem}.go{width:1rem}.row .button,.cancel .button{width:100%}}
@media (min-width:56rem){
  h1{font-size:2rem}
  .frame{padding-left:2rem;padding-right:2rem}
  .brand{padding-top:2rem}
  .choose{grid-template-columns:minmax(0,5fr) minmax(0,7fr);gap:4rem;padding-top:3rem!important;padding-bottom:4rem!important}
  .about{position:sticky;top:3rem;align-self:start}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){.person:hover{outline:2px solid}}
`;

export const styleHash = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

const ENTITIES = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;',
};
const escape = (value) => String(value).replace(/[&<>"']/g, (char) => ENTITIES[char]);

/** An address that has to break does so before the @, if that is enough. */
const breakable = (email) => escape(email).replace('@', '<wbr>@');

const icon = (className, path) => `<svg class="${className}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${path}</svg>`;
const INFO = icon('info', '<circle cx="12" cy="12" r="10"/><path d="M12 16v-4M12 8h.01"/>');
const CHEVRON = icon('go', '<path d="m9 18 6-6-6-6"/>');
const WARNING = icon('warning', '<circle cx="12" cy="12" r="10"/><path d="M12 8v4M12 16h.01"/>');
const MARK = '<svg viewBox="0 0 32 32" fill="none" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="9" fill="var(--accent)"/><path d="M8 9v4a8 6 0 0 0 16 0V9M8 23v-1a8 5 0 0 1 16 0v1M16 5v22" stroke="var(--on-accent)" stroke-width="2.5"/></svg>';

function page({ title, main, mainClass }) {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<div class="note"><p class="frame">${INFO}<span><strong>This is a stand-in sign-in for the demo.</strong> No password is asked, and everybody here is made up.</span></p></div>
<p class="frame brand">${MARK}<span>Midline</span></p>
</header>
<main class="frame ${mainClass}">
${main}
</main>
<footer><p class="frame">On a real site, the clinic’s own sign-in service stands in this place.</p></footer>
</body>
</html>
`;
  return { html, styleHash };
}

function initials({ givenName, familyName, email }) {
  const letters = [givenName, familyName].map((name) => [...name][0] ?? '').join('');
  return (letters || [...email][0]).toUpperCase();
}

const personButton = (action, person) => `<li><form method="post" action="${escape(action)}">
<input type="hidden" name="person" value="${escape(person.sub)}">
<button class="card person"><span class="face" aria-hidden="true">${escape(initials(person))}</span><span class="words"><span class="email">${breakable(person.email)}</span> <span class="purpose">${escape(person.purpose)}</span></span>${CHEVRON}</button>
</form></li>`;

/** `error` and `typed` are set when the address that was typed led nowhere. */
export function signInPage({
  action, people, typed = '', error = '',
}) {
  const described = error ? 'email-error email-hint' : 'email-hint';
  return page({
    title: `${error ? 'Problem: ' : ''}Sign in to Midline (demo)`,
    mainClass: 'choose',
    main: `<div class="about">
<h1>Who are you today?</h1>
<p class="lead">Choose somebody from the list and you are signed in to Midline as them. Each one shows a different part of it.</p>
</div>
<div class="stack">
${people.length === 0 ? '' : `<section aria-labelledby="people">
<h2 id="people">Made-up people</h2>
<ul>
${people.map((person) => personButton(action, person)).join('\n')}
</ul>
</section>`}
<section class="card other" aria-labelledby="other">
<h2 id="other">Another made-up address</h2>
<p id="email-hint">Anybody else from the demo’s list, for example one of its patients.</p>
<form method="post" action="${escape(action)}" novalidate>
<label for="email">Email address</label>
${error ? `<p class="error" id="email-error">${WARNING}<span>${escape(error)}</span></p>` : ''}
<div class="row"><input id="email" name="email" type="email" autocomplete="off" autocapitalize="none" spellcheck="false" value="${escape(typed)}" aria-describedby="${described}"${error ? ' aria-invalid="true" autofocus' : ''}>
<button class="button main">Sign in</button></div>
</form>
</section>
<form class="cancel" method="post" action="${escape(action)}">
<button class="button plain" name="cancel" value="yes">Cancel and go back</button>
</form>
</div>`,
  });
}

/** A page for what cannot go on: what happened, and the way back. */
export function problemPage({
  title, words, detail = '', back,
}) {
  return page({
    title: `${title} – Midline (demo)`,
    mainClass: '',
    main: `<div class="single">
<h1>${escape(title)}</h1>
<p class="lead">${escape(words)}</p>
${detail ? `<p class="detail">For whoever looks after the demo: ${escape(detail)}</p>` : ''}
<p><a class="button main" href="${escape(back)}">Back to Midline</a></p>
</div>`,
  });
}
