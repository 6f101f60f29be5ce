// Tests the reset page with the running stack, from the reset link to the sign-in.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits, closeBrowser, visit } from './browser.mjs';
import { createCustomer, linkIn, mails, showLink, signIn, stack } from './stack.mjs';

after(closeBrowser);

const password = 'seven wet umbrellas sing';

const withPage = (options, check) => visit(new URL(stack.url).origin, options, check);

async function setPassword(page, text) {
  await page.getByLabel('New password', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Set password' }).click();
}

const waitForHeading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

test('a new customer sets a password with the link in the mail and signs in', async () => {
  const customer = await createCustomer('en-IE');
  const [welcome] = await mails(customer.email, 1);
  assert.match(welcome.Subject, /choose a password/);
  const link = linkIn(welcome);
  await withPage({}, async (page) => {
    await page.goto(link);
    await waitForHeading(page, 'Set a new password');
    assert.equal(page.url(), `${stack.url}/reset-password?lang=en-IE`, 'the address bar still shows the token');
    await assertAccessible(page);

    await setPassword(page, '');
    await page.getByText('Enter a password.').waitFor();
    await setPassword(page, 'too short');
    await page.getByText('This password is too short. Use at least 15 characters.').waitFor();
    assert.equal(await page.getByLabel('New password', { exact: true }).inputValue(), 'too short');
    await setPassword(page, 'passwordpassword');
    await page.getByText('This password is too easy to guess.').waitFor();
    assert.ok(await page.getByLabel('New password', { exact: true }).evaluate((field) => field === document.activeElement && field.ariaInvalid === 'true'));
    await assertAccessible(page);
    await signIn(customer.login, 'passwordpassword', 401);

    await setPassword(page, password);
    await waitForHeading(page, 'Your password is set');
    await assertAccessible(page);
    assert.equal(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href'), `${stack.url}/`);
  });
  await signIn(customer.login, password);
  const [, notice] = await mails(customer.email, 2);
  assert.match(notice.Subject, /was changed/);
  assert.ok(!notice.BodyText.includes(password) && !notice.BodyHtml.includes(password));

  await withPage({}, async (page) => {
    await page.goto(link);
    await setPassword(page, 'another good long password');
    await waitForHeading(page, 'This link no longer works');
    await page.getByText('It has been used or has expired.').waitFor();
    await assertAccessible(page);
  });
  await signIn(customer.login, password);
});

test('a customer who forgot the password requests a link and sets a new password', async () => {
  const customer = await createCustomer('en');
  await mails(customer.email, 1);
  let pageText;
  await withPage({}, async (page) => {
    await page.goto(`${stack.url}/reset-password`);
    await waitForHeading(page, 'Forgot your password?');
    await assertAccessible(page);
    await page.getByLabel('Login').fill(customer.login);
    await page.getByLabel('E-mail address').fill(customer.email.toUpperCase());
    await page.getByLabel('E-mail address').press('Enter');
    await waitForHeading(page, 'Check your inbox');
    pageText = await page.locator('main').innerText();
    await assertAccessible(page);
  });
  const [, mail] = await mails(customer.email, 2);
  assert.match(mail.Subject, /^Reset your password/);
  await withPage({}, async (page) => {
    await page.goto(linkIn(mail));
    await setPassword(page, password);
    await waitForHeading(page, 'Your password is set');
  });
  await signIn(customer.login, password);

  await withPage({}, async (page) => {
    await page.goto(`${stack.url}/reset-password`);
    await page.getByLabel('Login').fill('nobody-at-all');
    await page.getByLabel('E-mail address').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Send link' }).click();
    await waitForHeading(page, 'Check your inbox');
    assert.equal(await page.locator('main').innerText(), pageText, 'the page shows whether the account exists');
  });
});

test('the page uses the language of the account, not of the browser', async () => {
  const customer = await createCustomer('de-AT');
  const [mail] = await mails(customer.email, 1);
  assert.match(mail.Subject, /Passwort wählen/);
  await withPage({ locale: 'fr-FR', viewport: { width: 320, height: 640 } }, async (page) => {
    await page.goto(linkIn(mail));
    await waitForHeading(page, 'Neues Passwort setzen');
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await assertFits(page);
    await assertAccessible(page);
    await page.getByLabel('Neues Passwort', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Passwort setzen' }).click();
    await waitForHeading(page, 'Ihr Passwort ist gesetzt');
  });
  await signIn(customer.login, password);
});

test('a shown link works, and an incomplete link has its own explanation', async () => {
  const customer = await createCustomer('en');
  const link = await showLink(customer);
  const incomplete = link.slice(0, -5);
  await withPage({}, async (page) => {
    await page.goto(incomplete);
    await setPassword(page, password);
    await waitForHeading(page, 'This link is incomplete');
    await page.getByRole('button', { name: 'Send link' }).waitFor();
    await page.goto(link); // in the same tab, so that only the fragment changes
    await waitForHeading(page, 'Set a new password');
    await setPassword(page, password);
    await waitForHeading(page, 'Your password is set');
  });
  await signIn(customer.login, password);
});

test('opening a link does not use it up', async () => {
  const customer = await createCustomer('en');
  const link = await showLink(customer);
  for (let visits = 0; visits < 3; visits++) {
    assert.equal((await fetch(link)).status, 200);
    await withPage({}, async (page) => {
      await page.goto(link);
      await waitForHeading(page, 'Set a new password');
    });
  }
  await withPage({}, async (page) => {
    await page.goto(link);
    await setPassword(page, password);
    await waitForHeading(page, 'Your password is set');
  });
});
