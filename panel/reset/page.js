// The page reads the token of its link from the fragment of its URL, which browsers do not send to the server, and the
// language from the query, ?lang=<locale>. It keeps the token in memory only. It checks only that no field is
// empty. All other rules are checked by the service.

const byId = (id) => document.getElementById(id);
const minimum = Number(document.body.dataset.minimum);
let token = '';
let language = 'en';

const text = (name, n) => (WORDS[language][name] ?? name).replace('{n}', String(n));

// chooseLanguage returns the language of the first locale that has texts.
function chooseLanguage(locales) {
  for (const locale of locales) {
    const name = String(locale).toLowerCase().split(/[-_]/)[0];
    if (Object.hasOwn(WORDS, name)) return name;
  }
  return 'en';
}

function readLink() {
  token = location.hash.slice(1);
  language = chooseLanguage([new URLSearchParams(location.search).get('lang'), ...navigator.languages]);
  history.replaceState(null, '', location.pathname + location.search);
}

function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
  byId('password-hint').textContent = text('password.hint', minimum);
  showPassword(false);
}

// show puts the page into a state: its title, its lead, its notice and its form.
function show(state, { lead = `${state}.lead`, notice = '', form = '', focus = true } = {}) {
  byId('title').textContent = document.title = text(`${state}.title`);
  byId('lead').textContent = text(lead);
  byId('notice').textContent = notice && text(notice);
  for (const id of ['set', 'request']) byId(id).hidden = id !== form;
  byId('next').hidden = state !== 'done';
  byId('again').hidden = state !== 'sent';
  if (focus) byId('title').focus();
}

function start(focus) {
  readLink();
  translate();
  if (token) show('set', { form: 'set', focus });
  else show('request', { form: 'request', focus });
}

function showPassword(visible) {
  byId('password').type = visible ? 'text' : 'password';
  byId('show').textContent = text(visible ? 'password.hide' : 'password.show');
  byId('show').setAttribute('aria-label', text(visible ? 'password.hide.label' : 'password.show.label'));
}

// showErrors shows the errors of a form by the ids of its fields, clears the other fields' errors, and focuses the first
// field with an error.
function showErrors(form, errors) {
  for (const field of form.querySelectorAll('input')) {
    const error = errors[field.id] ?? '';
    byId(`${field.id}-error`).textContent = error;
    field.setAttribute('aria-invalid', String(error !== ''));
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}

// The last request whose outcome is unknown. If the user sends it again unchanged, it has the same key and takes effect once.
let pending = { body: '', key: '' };

async function post(path, content) {
  const body = JSON.stringify(content);
  if (pending.body !== body) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    pending = { body, key: Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  }
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': pending.key },
      body,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    });
    const problem = response.ok ? {} : await response.json().catch(() => ({}));
    if (response.status < 500) pending = { body: '', key: '' };
    return { status: response.status, errors: problem.errors ?? [], wait: Number(response.headers.get('Retry-After')) || 60 };
  } catch {
    return { status: 0, errors: [], wait: 0 };
  }
}

// showFailure explains a failure after which the user can send the form again unchanged.
function showFailure({ status, wait }) {
  let notice = text(status === 0 ? 'offline' : 'failed');
  if (status === 429) notice = wait > 90 ? text('wait.minutes', Math.ceil(wait / 60)) : text('wait.seconds', wait);
  byId('notice').textContent = notice;
}

function showResetResult(response) {
  const errorAt = (pointer) => response.errors.find((error) => error.pointer === pointer);
  const passwordError = errorAt('/password');
  const finish = (state, options) => {
    token = '';
    byId('set').reset();
    show(state, options);
  };
  if (response.status === 204) {
    finish('done');
  } else if (response.status === 410) {
    finish('expired', { lead: 'request.lead', notice: 'expired.notice', form: 'request' });
  } else if (response.status === 422 && errorAt('/token')) {
    finish('incomplete', { lead: 'request.lead', notice: 'incomplete.notice', form: 'request' });
  } else if (response.status === 422 && passwordError) {
    const code = Object.hasOwn(WORDS.en, `password.${passwordError.code}`) ? passwordError.code : 'not-allowed';
    showErrors(byId('set'), { password: text(`password.${code}`, minimum) });
  } else {
    showFailure(response);
  }
}

function showRequestResult(response) {
  if (response.status === 202) {
    show('sent');
  } else if (response.status === 422) {
    const ids = response.errors.map(({ pointer }) => pointer.slice(1));
    showErrors(byId('request'), Object.fromEntries(ids.map((id) => [id, text(`${id}.required`)])));
  } else {
    showFailure(response);
  }
}

// onSubmit calls send when the user submits the form. While a submission is running, it ignores further ones.
function onSubmit(form, send) {
  const button = form.querySelector('[type="submit"]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    const empty = [...form.querySelectorAll('input')].filter((field) => field.value.trim() === '');
    byId('notice').textContent = '';
    showErrors(form, Object.fromEntries(empty.map((field) => [field.id, text(`${field.id}.required`)])));
    if (empty.length > 0) return;
    const label = button.textContent;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = text('busy');
    await send();
    button.removeAttribute('aria-disabled');
    button.textContent = label;
  });
}

onSubmit(byId('set'), async () => {
  showPassword(false); // so that password managers recognise the field
  showResetResult(await post('/v1/password-resets', { token, password: byId('password').value }));
});
onSubmit(byId('request'), async () => {
  const content = { login: byId('login').value.trim(), email: byId('email').value.trim() };
  showRequestResult(await post('/v1/password-reset-requests', content));
});
byId('show').addEventListener('click', () => showPassword(byId('password').type === 'password'));
byId('again').addEventListener('click', () => show('request', { form: 'request' }));
addEventListener('hashchange', () => location.hash && start(true)); // the user opened another link in the same tab
start(false);
