// What the page makes of answers that the running stack does not give at will, and how it is used.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, closeBrowser, fits, visit } from './browser.mjs';
import { stack } from './stack.mjs';

after(closeBrowser);

const link = `${stack.url}/reset-password#tny_a.b&lang=en`;
const resets = '**/v1/password-resets';
const requests = '**/v1/password-reset-requests';

const at = (options, check) => visit(new URL(stack.url).origin, options, check);

const refusal = (status, problem = {}, headers = {}) => ({ status, headers, contentType: 'application/problem+json', body: JSON.stringify(problem) });

// answer has the page's requests answered one after the other, and returns what was asked.
async function answer(page, path, ...answers) {
  const asked = [];
  await page.route(path, (route) => {
    const request = route.request();
    asked.push({ body: request.postDataJSON(), headers: request.headers() });
    const next = answers.shift();
    return next === undefined ? route.abort() : route.fulfill(next);
  });
  return asked;
}

async function send(page, text) {
  await page.getByLabel('New password', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Set password' }).click();
}

test('what is sent', async () => {
  await at({}, async (page) => {
    const asked = await answer(page, resets, { status: 204 });
    await page.goto(link);
    await send(page, 'päss wörd  with spaces ');
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor();
    assert.deepEqual(asked[0].body, { token: 'tny_a.b', password: 'päss wörd  with spaces ' });
    assert.match(asked[0].headers['content-type'], /^application\/json/);
    assert.equal(asked[0].headers.referer, undefined, 'the referrer is told');
    assert.equal(asked[0].headers.cookie, undefined);
  });
});

test('too many tries: it says how long to wait', async () => {
  for (const [seconds, said] of [['30', 'in 30 seconds.'], ['840', 'in 14 minutes.']]) {
    await at({}, async (page) => {
      await answer(page, resets, refusal(429, { code: 'too-many-requests' }, { 'Retry-After': seconds }));
      await page.goto(link);
      await send(page, 'a long enough password');
      await page.getByRole('alert').getByText(said).waitFor();
      assert.equal(await page.getByLabel('New password', { exact: true }).inputValue(), 'a long enough password');
      await accessible(page);
    });
  }
});

test('what may have taken effect is sent again under the same key', async () => {
  await at({}, async (page) => {
    const asked = await answer(page, resets, undefined, refusal(503, {}, { 'Retry-After': '1' }), { status: 500, body: 'no JSON' }, { status: 204 });
    await page.goto(link);
    await send(page, 'a long enough password');
    await page.getByRole('alert').getByText('cannot be reached').waitFor();
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('alert').getByText('did not work').waitFor();
    await send(page, 'another long password');
    await page.getByRole('alert').getByText('did not work').waitFor();
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor();
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    assert.ok(keys[0] === keys[1] && keys[1] !== keys[2] && keys[2] === keys[3], String(keys));
  });
});

test('a form is sent once however often it is clicked', async () => {
  await at({}, async (page) => {
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    let count = 0;
    await page.route(resets, async (route) => {
      count++;
      await held;
      await route.fulfill({ status: 204 });
    });
    await page.goto(link);
    await send(page, 'a long enough password');
    await page.getByRole('button', { name: 'Please wait' }).click({ force: true });
    await page.getByLabel('New password', { exact: true }).press('Enter');
    release();
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor();
    assert.equal(count, 1);
  });
});

test('unknown reasons against a password are told as such', async () => {
  await at({}, async (page) => {
    await answer(page, resets, refusal(422, { errors: [{ pointer: '/password', code: 'too-pretty' }] }));
    await page.goto(link);
    await send(page, 'a long enough password');
    await page.getByText('characters that are not allowed').waitFor();
  });
});

test('the form for a forgotten password', async () => {
  await at({}, async (page) => {
    const asked = await answer(page, requests,
      refusal(422, { errors: [{ pointer: '/email', code: 'required' }] }), refusal(429, {}, { 'Retry-After': '900' }), { status: 202 }, { status: 202 });
    await page.goto(`${stack.url}/reset-password`);
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('Enter your login.').waitFor();
    await page.getByText('Enter your e-mail address.').waitFor();
    await accessible(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'login');
    await page.getByLabel('Login').fill(' ada ');
    await page.getByLabel('E-mail address').fill('ada@example.com ');
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('Enter your e-mail address.').waitFor();
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByRole('alert').getByText('in 15 minutes').waitFor();
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
    assert.deepEqual(asked.map(({ body }) => body), Array(4).fill({ login: 'ada', email: 'ada@example.com' }));
    const keys = asked.slice(2).map(({ headers }) => headers['idempotency-key']);
    assert.notEqual(keys[0], keys[1], 'asking again is a request of its own');
  });
});

test('by keyboard alone', async () => {
  await at({}, async (page) => {
    const asked = await answer(page, resets, { status: 204 });
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
    assert.equal(asked[0].body.password, 'typed by hand, twice');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'title', 'nobody is told what has happened');
    assert.equal(await field.getAttribute('type'), 'password');
  });
});

test('a password can be pasted, and what keeps passwords is told what it is', async () => {
  await at({}, async (page) => {
    await page.goto(link);
    const field = page.getByLabel('New password', { exact: true });
    assert.equal(await field.getAttribute('autocomplete'), 'new-password');
    const prevented = await field.evaluate((element) => !element.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true })));
    assert.equal(prevented, false);
  });
});

test('light, dark and narrow', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1280]) {
      await at({ colorScheme, viewport: { width, height: 700 } }, async (page) => {
        await answer(page, resets, refusal(410));
        await page.goto(link);
        await fits(page);
        await send(page, 'a long enough password');
        await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
        await fits(page);
        await accessible(page);
      });
    }
  }
});

test('the language of the browser where the link names none', async () => {
  for (const [locale, title] of [['de-CH', 'Passwort vergessen?'], ['fr-FR', 'Forgotten your password?']]) {
    await at({ locale }, async (page) => {
      await page.goto(`${stack.url}/reset-password`);
      await page.getByRole('heading', { name: title }).waitFor();
    });
  }
});

test('without JavaScript it says so', async () => {
  await at({ javaScriptEnabled: false }, async (page) => {
    await page.goto(link);
    await page.locator('noscript p[lang=en]').waitFor();
    assert.equal(await page.getByRole('textbox').count(), 0);
  });
});

test('the policy stops what does not belong to the page', async () => {
  await at({ tolerated: /Trusted|Content Security Policy/ }, async (page) => {
    await page.goto(link);
    const stopped = await page.evaluate(async () => {
      const names = [];
      const told = new Promise((resolve) => {
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
      await told;
      return names;
    });
    for (const name of ['style-src-elem', 'trusted types', 'connect-src', 'fetch']) assert.ok(stopped.includes(name), `${name}: ${stopped}`);
  });
});
