// The page knows its link from the fragment of its address, which no server sees: #<token>&lang=<locale>. It keeps the token
// in memory only. Nothing is judged here but what a form leaves empty: the service knows the rules.

const at = (id) => document.getElementById(id);
const minimum = Number(document.body.dataset.minimum);
let token = '';
let language = 'en';

const say = (name, n) => (WORDS[language][name] ?? name).replace('{n}', String(n));

// choose returns the first language that there are words for.
function choose(locales) {
  for (const locale of locales) {
    const name = String(locale).toLowerCase().split(/[-_]/)[0];
    if (Object.hasOwn(WORDS, name)) return name;
  }
  return 'en';
}

function readLink() {
  const parts = location.hash.slice(1).split('&');
  const named = parts.find((part) => part.startsWith('lang='));
  token = parts.find((part) => part !== '' && !part.startsWith('lang=')) ?? '';
  language = choose([named?.slice(5), ...navigator.languages]);
  history.replaceState(null, '', location.pathname);
}

function speak() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
  at('password-hint').textContent = say('password.hint', minimum);
  reveal(false);
}

// show brings the page into a state: what it is called, and what there is to do.
function show(state, { lead = `${state}.lead`, notice = '', form = '', focus = true } = {}) {
  at('title').textContent = document.title = say(`${state}.title`);
  at('lead').textContent = say(lead);
  at('notice').textContent = notice && say(notice);
  for (const id of ['set', 'ask']) at(id).hidden = id !== form;
  at('next').hidden = state !== 'done';
  at('again').hidden = state !== 'asked';
  if (focus) at('title').focus();
}

function begin(focus) {
  readLink();
  speak();
  if (token) show('set', { form: 'set', focus });
  else show('ask', { form: 'ask', focus });
}

function reveal(shown) {
  at('password').type = shown ? 'text' : 'password';
  at('show').textContent = say(shown ? 'password.hide' : 'password.show');
  at('show').setAttribute('aria-label', say(shown ? 'password.hide.label' : 'password.show.label'));
}

// complain marks fields by their ids with what is wrong with them, clears all others, and leads to the first one.
function complain(form, wrong) {
  for (const field of form.querySelectorAll('input')) {
    const text = wrong[field.id] ?? '';
    at(`${field.id}-error`).textContent = text;
    field.setAttribute('aria-invalid', String(text !== ''));
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}

// A request that is sent again as it was, since nobody knows what became of it, has the same key and takes effect once.
let sent = { body: '', key: '' };

async function post(path, content) {
  const body = JSON.stringify(content);
  if (sent.body !== body) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    sent = { body, key: Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  }
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': sent.key },
      body,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    });
    const problem = answer.ok ? {} : await answer.json().catch(() => ({}));
    if (answer.status < 500) sent = { body: '', key: '' };
    return { status: answer.status, errors: problem.errors ?? [], wait: Number(answer.headers.get('Retry-After')) || 60 };
  } catch {
    return { status: 0, errors: [], wait: 0 };
  }
}

// explain says why nothing came of a form that may be sent again as it is.
function explain({ status, wait }) {
  let text = say(status === 0 ? 'offline' : 'failed');
  if (status === 429) text = wait > 90 ? say('wait.minutes', Math.ceil(wait / 60)) : say('wait.seconds', wait);
  at('notice').textContent = text;
}

function judgePassword(answer) {
  const about = (pointer) => answer.errors.find((error) => error.pointer === pointer);
  const password = about('/password');
  const over = (state, how) => {
    token = '';
    at('set').reset();
    show(state, how);
  };
  if (answer.status === 204) {
    over('done');
  } else if (answer.status === 410) {
    over('dead', { lead: 'ask.lead', notice: 'dead.notice', form: 'ask' });
  } else if (answer.status === 422 && about('/token')) {
    over('broken', { lead: 'ask.lead', notice: 'broken.notice', form: 'ask' });
  } else if (answer.status === 422 && password) {
    const known = Object.hasOwn(WORDS.en, `password.${password.code}`) ? password.code : 'not-allowed';
    complain(at('set'), { password: say(`password.${known}`, minimum) });
  } else {
    explain(answer);
  }
}

function judgeAsking(answer) {
  if (answer.status === 202) {
    show('asked');
  } else if (answer.status === 422) {
    complain(at('ask'), Object.fromEntries(answer.errors.map(({ pointer }) => [pointer.slice(1), say(`${pointer.slice(1)}.required`)])));
  } else {
    explain(answer);
  }
}

// handle has a form sent once at a time.
function handle(form, send) {
  const button = form.querySelector('[type="submit"]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    const missing = [...form.querySelectorAll('input')].filter((field) => field.value.trim() === '');
    at('notice').textContent = '';
    complain(form, Object.fromEntries(missing.map((field) => [field.id, say(`${field.id}.required`)])));
    if (missing.length > 0) return;
    const label = button.textContent;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = say('busy');
    await send();
    button.removeAttribute('aria-disabled');
    button.textContent = label;
  });
}

handle(at('set'), async () => {
  reveal(false); // so that what keeps passwords knows it for one
  judgePassword(await post('/v1/password-resets', { token, password: at('password').value }));
});
handle(at('ask'), async () => {
  judgeAsking(await post('/v1/password-reset-requests', { login: at('login').value.trim(), email: at('email').value.trim() }));
});
at('show').addEventListener('click', () => reveal(at('password').type === 'password'));
at('again').addEventListener('click', () => show('ask', { form: 'ask' }));
addEventListener('hashchange', () => location.hash && begin(true)); // another link was opened in the same tab
begin(false);
