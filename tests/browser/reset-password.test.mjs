// From a link to sign-in, on the running stack.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, closeBrowser, fits, visit } from './browser.mjs';
import { createCustomer, linkIn, mails, showLink, signIn, stack } from './stack.mjs';

after(closeBrowser);

const password = 'seven wet umbrellas sing';

const at = (options, check) => visit(new URL(stack.url).origin, options, check);

async function send(page, text) {
  await page.getByLabel('New password', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Set password' }).click();
}

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

test('a new customer goes from the mail to sign-in', async () => {
  const customer = await createCustomer('en-IE');
  const [welcome] = await mails(customer.email, 1);
  assert.match(welcome.Subject, /choose a password/);
  const link = linkIn(welcome);
  await at({}, async (page) => {
    await page.goto(link);
    await heading(page, 'Set a new password');
    assert.equal(page.url(), `${stack.url}/reset-password`, 'the token stays in the address bar');
    await accessible(page);

    await send(page, '');
    await page.getByText('Enter a password.').waitFor();
    await send(page, 'too short');
    await page.getByText('This password is too short. It needs at least 15 characters.').waitFor();
    assert.equal(await page.getByLabel('New password', { exact: true }).inputValue(), 'too short');
    await send(page, 'passwordpassword');
    await page.getByText('This password is too easy to guess.').waitFor();
    assert.ok(await page.getByLabel('New password', { exact: true }).evaluate((field) => field === document.activeElement && field.ariaInvalid === 'true'));
    await accessible(page);
    await signIn(customer.login, 'passwordpassword', 401);

    await send(page, password);
    await heading(page, 'Your password is set');
    await accessible(page);
    assert.equal(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href'), `${stack.url}/`);
  });
  await signIn(customer.login, password);
  const [, notice] = await mails(customer.email, 2);
  assert.match(notice.Subject, /was changed/);
  assert.ok(!notice.BodyText.includes(password) && !notice.BodyHtml.includes(password));

  await at({}, async (page) => {
    await page.goto(link);
    await send(page, 'another good long password');
    await heading(page, 'This link does not work any more');
    await page.getByText('It has been used already, or it is too old.').waitFor();
    await accessible(page);
  });
  await signIn(customer.login, password);
});

test('a forgotten password is asked for and set', async () => {
  const customer = await createCustomer('en');
  await mails(customer.email, 1);
  let answer;
  await at({}, async (page) => {
    await page.goto(`${stack.url}/reset-password`);
    await heading(page, 'Forgotten your password?');
    await accessible(page);
    await page.getByLabel('Login').fill(customer.login);
    await page.getByLabel('E-mail address').fill(customer.email.toUpperCase());
    await page.getByLabel('E-mail address').press('Enter');
    await heading(page, 'Look into your mailbox');
    answer = await page.locator('main').innerText();
    await accessible(page);
  });
  const [, mail] = await mails(customer.email, 2);
  assert.match(mail.Subject, /^Reset your password/);
  await at({}, async (page) => {
    await page.goto(linkIn(mail));
    await send(page, password);
    await heading(page, 'Your password is set');
  });
  await signIn(customer.login, password);

  await at({}, async (page) => {
    await page.goto(`${stack.url}/reset-password`);
    await page.getByLabel('Login').fill('nobody-at-all');
    await page.getByLabel('E-mail address').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Send link' }).click();
    await heading(page, 'Look into your mailbox');
    assert.equal(await page.locator('main').innerText(), answer, 'strangers are answered differently');
  });
});

test('the page speaks the language of the account, whatever the browser speaks', async () => {
  const customer = await createCustomer('de-AT');
  const [mail] = await mails(customer.email, 1);
  assert.match(mail.Subject, /Passwort wählen/);
  await at({ locale: 'fr-FR', viewport: { width: 320, height: 640 } }, async (page) => {
    await page.goto(linkIn(mail));
    await heading(page, 'Neues Passwort setzen');
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await fits(page);
    await accessible(page);
    await page.getByLabel('Neues Passwort', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Passwort setzen' }).click();
    await heading(page, 'Ihr Passwort ist gesetzt');
  });
  await signIn(customer.login, password);
});

test('a shown link works, and a link cut short is told apart from one used', async () => {
  const customer = await createCustomer('en');
  const link = await showLink(customer);
  const cut = link.replace(/.{5}&lang=.*/, '');
  await at({}, async (page) => {
    await page.goto(cut);
    await send(page, password);
    await heading(page, 'This link is not complete');
    await page.getByRole('button', { name: 'Send link' }).waitFor();
    await page.goto(link); // in the same tab, where only the fragment differs
    await heading(page, 'Set a new password');
    await send(page, password);
    await heading(page, 'Your password is set');
  });
  await signIn(customer.login, password);
});

test('opening a link does not use it up', async () => {
  const customer = await createCustomer('en');
  const link = await showLink(customer);
  for (let times = 0; times < 3; times++) {
    assert.equal((await fetch(link)).status, 200);
    await at({}, async (page) => {
      await page.goto(link);
      await heading(page, 'Set a new password');
    });
  }
  await at({}, async (page) => {
    await page.goto(link);
    await send(page, password);
    await heading(page, 'Your password is set');
  });
});
