// Tests the reset page with responses that the running stack cannot produce on request.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits, closeBrowser, visit } from './browser.mjs';
import { stack } from './stack.mjs';

after(closeBrowser);

const link = `${stack.url}/reset-password?lang=en#tny_a.b`;
const resetPath = '**/v1/password-resets';
const requestPath = '**/v1/password-reset-requests';

const withPage = (options, check) => visit(new URL(stack.url).origin, options, check);

const problem = (status, document = {}, headers = {}) => ({
  status, headers, contentType: 'application/problem+json', body: JSON.stringify(document),
});

// respond sends the responses to the page's requests in turn and returns the requests, which it records. An undefined response
// stands for a lost connection.
async function respond(page, path, ...responses) {
  const requests = [];
  await page.route(path, (route) => {
    const request = route.request();
    requests.push({ body: request.postDataJSON(), headers: request.headers() });
    const next = responses.shift();
    return next === undefined ? route.abort() : route.fulfill(next);
  });
  return requests;
}

async function setPassword(page, password) {
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
}

test('the page sends the token and the password as typed', async () => {
  await withPage({}, async (page) => {
    const requests = await respond(page, resetPath, { status: 204 });
    await page.goto(link);
    await setPassword(page, 'päss wörd  with spaces ');
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor();
    assert.deepEqual(requests[0].body, { token: 'tny_a.b', password: 'päss wörd  with spaces ' });
    assert.match(requests[0].headers['content-type'], /^application\/json/);
    assert.equal(requests[0].headers.referer, undefined, 'the request has a Referer header');
    assert.equal(requests[0].headers.cookie, undefined);
  });
});

test('after too many attempts the page says how long to wait', async () => {
  for (const [seconds, notice] of [['30', 'in 30 seconds.'], ['840', 'in 14 minutes.']]) {
    await withPage({}, async (page) => {
      await respond(page, resetPath, problem(429, { code: 'too-many-requests' }, { 'Retry-After': seconds }));
      await page.goto(link);
      await setPassword(page, 'a long enough password');
      await page.getByRole('alert').getByText(notice).waitFor();
      assert.equal(await page.getByLabel('New password', { exact: true }).inputValue(), 'a long enough password');
      await assertAccessible(page);
    });
  }
});

test('a repeated request with an unknown outcome has the same key', async () => {
  await withPage({}, async (page) => {
    const requests = await respond(
      page, resetPath, undefined, problem(503, {}, { 'Retry-After': '1' }), { status: 500, body: 'no JSON' }, { status: 204 },
    );
    await page.goto(link);
    await setPassword(page, 'a long enough password');
    await page.getByRole('alert').getByText('cannot be reached').waitFor();
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('alert').getByText('went wrong').waitFor();
    await setPassword(page, 'another long password');
    await page.getByRole('alert').getByText('went wrong').waitFor();
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor();
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    assert.ok(keys[0] === keys[1] && keys[1] !== keys[2] && keys[2] === keys[3], String(keys));
  });
});

test('repeated clicks send a form once', async () => {
  await withPage({}, async (page) => {
    let release;
    const released = new Promise((resolve) => { release = resolve; });
    let count = 0;
    await page.route(resetPath, async (route) => {
      count++;
      await released;
      await route.fulfill({ status: 204 });
    });
    await page.goto(link);
    await setPassword(page, 'a long enough password');
    await page.getByRole('button', { name: 'Please wait' }).click({ force: true });
    await page.getByLabel('New password', { exact: true }).press('Enter');
    release();
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor();
    assert.equal(count, 1);
  });
});

test('an unknown error code of the password has a general explanation', async () => {
  await withPage({}, async (page) => {
    await respond(page, resetPath, problem(422, { errors: [{ pointer: '/password', code: 'too-pretty' }] }));
    await page.goto(link);
    await setPassword(page, 'a long enough password');
    await page.getByText('characters that are not allowed').waitFor();
  });
});

test('a link is requested for a forgotten password', async () => {
  await withPage({}, async (page) => {
    const requests = await respond(
      page, requestPath, problem(422, { errors: [{ pointer: '/email', code: 'required' }] }),
      problem(429, {}, { 'Retry-After': '900' }), { status: 202 }, { status: 202 },
    );
    await page.goto(`${stack.url}/reset-password`);
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('Enter your login.').waitFor();
    await page.getByText('Enter your e-mail address.').waitFor();
    await assertAccessible(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'login');
    await page.getByLabel('Login').fill(' ada ');
    await page.getByLabel('E-mail address').fill('ada@example.com ');
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('Enter your e-mail address.').waitFor();
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByRole('alert').getByText('in 15 minutes').waitFor();
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    await page.getByRole('button', { name: 'Request another link' }).click();
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    assert.deepEqual(requests.map(({ body }) => body), Array(4).fill({ login: 'ada', email: 'ada@example.com' }));
    const keys = requests.slice(2).map(({ headers }) => headers['idempotency-key']);
    assert.notEqual(keys[0], keys[1], 'the request for another link has the same key');
  });
});

test('the page can be used with the keyboard only', async () => {
  await withPage({}, async (page) => {
    const requests = await respond(page, resetPath, { status: 204 });
    await page.goto(link);
    await page.getByLabel('New password', { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('typed by hand, twice');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    const field = page.getByLabel('New password', { exact: true });
    assert.equal(await field.getAttribute('type'), 'text');
    await page.getByRole('button', { name: 'Hide password' }).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor();
    assert.equal(requests[0].body.password, 'typed by hand, twice');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'title', 'the title does not have the focus');
    assert.equal(await field.getAttribute('type'), 'password');
  });
});

test('the password field allows pasting and tells password managers its purpose', async () => {
  await withPage({}, async (page) => {
    await page.goto(link);
    const field = page.getByLabel('New password', { exact: true });
    assert.equal(await field.getAttribute('autocomplete'), 'new-password');
    const prevented = await field.evaluate((element) => !element.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true })));
    assert.equal(prevented, false);
  });
});

test('the page fits narrow and wide screens in light and dark colours', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1280]) {
      await withPage({ colorScheme, viewport: { width, height: 700 } }, async (page) => {
        await respond(page, resetPath, problem(410));
        await page.goto(link);
        await assertFits(page);
        await setPassword(page, 'a long enough password');
        await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
        await assertFits(page);
        await assertAccessible(page);
      });
    }
  }
});

test('if the link names no language, the page uses the language of the browser', async () => {
  for (const [locale, title] of [['de-CH', 'Passwort vergessen?'], ['fr-FR', 'Forgot your password?']]) {
    await withPage({ locale }, async (page) => {
      await page.goto(`${stack.url}/reset-password`);
      await page.getByRole('heading', { name: title }).waitFor();
    });
  }
});

test('without JavaScript the page says that it needs JavaScript', async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto(link);
    await page.locator('noscript p[lang=en]').waitFor();
    assert.equal(await page.getByRole('textbox').count(), 0);
  });
});

test('the content security policy blocks foreign styles, scripts and requests', async () => {
  await withPage({ tolerated: /Trusted|Content Security Policy/ }, async (page) => {
    await page.goto(link);
    const blocked = await page.evaluate(async () => {
      const names = [];
      const reported = new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          names.push(event.effectiveDirective);
          if (names.includes('style-src-elem') && names.includes('connect-src')) resolve();
        });
      });
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.head.append(style);
      const script = document.createElement('script');
      try {
        script.text = 'document.title = "gone"';
      } catch {
        names.push('trusted types');
      }
      await fetch('https://elsewhere.example/').catch(() => names.push('fetch'));
      await reported;
      return names;
    });
    for (const name of ['style-src-elem', 'trusted types', 'connect-src', 'fetch']) assert.ok(blocked.includes(name), `${name} is not blocked: ${blocked}`);
  });
});
