// The test of the panel's tests: a page that fails on errors in the console, blocked content and requests to other
// servers, and that says after a failure what it shows and which requests failed; and the people who use the panel.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { asAdministrator, call, signIn, stack } from '../stack.mjs';

export { expect };
export const password = 'seven wet umbrellas sing';
export const unique = (name) => `${name}-${randomBytes(5).toString('hex')}`;

export const test = base.extend({
  page: async ({ page }, use, info) => {
    const errors = [], failed = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !text.startsWith('Failed to load resource:')) errors.push(text);
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      const isOwn = protocol === 'data:' || protocol === 'blob:' || origin === new URL(stack.url).origin;
      if (!isOwn) errors.push(`a request to ${origin}`);
    });
    page.on('requestfailed', (request) => failed.push(`${request.url()}: ${request.failure().errorText}`));
    page.on('response', (response) => {
      if (response.status() >= 400) failed.push(`${response.url()}: ${response.status()}`);
    });
    await use(page);
    expect(errors, 'errors in the browser').toEqual([]);
    if (info.status !== info.expectedStatus) {
      const text = await page.locator('body').innerText().catch(String);
      throw new Error(`The page ${page.url()} shows:\n${text}\nFailed requests:\n${failed.join('\n')}`);
    }
  },
});

// createAccount creates a customer or reseller with the password above, and returns it. path is /v1/customers or
// /v1/resellers.
export async function createAccount(path, login, { contact, ...rest } = {}) {
  const { body } = await asAdministrator('POST', path, {
    body: { login, password, contact: { name: login, email: `${login}@example.com`, ...contact }, ...rest }, want: 201,
  });
  return body;
}

export const createCustomer = (login, rest) => createAccount('/v1/customers', login, rest);
export const createReseller = (login, rest) => createAccount('/v1/resellers', login, rest);

// createHosting creates a customer with a subscription, which has the website of its domain.
export async function createHosting(resources = {}) {
  const login = unique('host');
  const customer = await createCustomer(login);
  const domain = `${login}.example`;
  const { body: subscription } = await asAdministrator('POST', `/v1/customers/${customer.id}/subscriptions`, {
    body: { domain, servicePlan: 'custom', resources: { permissions: { create_domains: true }, ...resources } },
    want: 201,
  });
  return { login, customer, domain, subscription };
}

// createGroup creates customers whose logins begin with a name that finds exactly them.
export async function createGroup(count, rest) {
  const group = unique('group').replaceAll('-', '');
  const names = Array.from({ length: count }, (_, i) => `${group}.${i + 1}`);
  const customers = [];
  for (const name of names) customers.push(await createCustomer(name, rest));
  return { group, names, customers };
}

// findable waits until the search finds count customers with the status, or with any status. The index of the search
// follows within a second or so.
export async function findable(search, count, status) {
  const filter = status ? `&status=${status}` : '';
  await expect(async () => {
    const { body } = await asAdministrator('GET', `/v1/customers?limit=100&search=${search}${filter}`, { want: 200 });
    expect(body.items.length).toBe(count);
  }).toPass();
}

// openCustomers signs in and shows the customers that the search finds.
export async function openCustomers(page, search, count, options) {
  await findable(search, count);
  await enter(page, `/customers?search=${search}`, options);
  await expect(page.getByRole('row')).toHaveCount(count + 1);
}

export const row = (page, name) => page.getByRole('row').filter({ hasText: name });
export const dialog = (page) => page.getByRole('dialog');
export const sidebar = (page) => page.getByRole('complementary');

// changeStatus opens Change Status and clicks Suspend or Activate.
export async function changeStatus(page, action) {
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

// select checks the checkboxes near these customers.
export async function select(page, ...names) {
  for (const name of names) {
    await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check({ force: true });
  }
}

// finished waits until the message says that an operation has finished.
export const finished = (page, text) => expect(page.getByText(text)).toBeVisible({ timeout: 30_000 });

// callAs returns a function that calls the API as the account.
export async function callAs(login) {
  const token = await signIn(login, password);
  return (method, path, options) => call(method, path, { token, ...options });
}

// enter opens the address and signs in, and waits for the response. Without a login it signs in the administrator.
export async function enter(page, address = '/', options = {}) {
  const { login = stack.login, secret = login === stack.login ? stack.password : password, labels } = options;
  await page.goto(address);
  const isResponse = (response) => response.request().method() === 'POST' && response.url().endsWith('/v1/sessions');
  const response = page.waitForResponse(isResponse);
  await fillSignIn(page, login, secret, labels);
  await response;
}

const english = { login: 'Login', password: 'Password', submit: 'Sign in' };

export async function fillSignIn(page, login, secret, labels = english) {
  await page.getByLabel(labels.login, { exact: true }).fill(login);
  await page.getByLabel(labels.password, { exact: true }).fill(secret);
  await page.getByRole('button', { name: labels.submit }).click();
}

// isCloudscapes reports whether Cloudscape itself breaks the rule: on narrow screens, the element of its closed
// navigation has an aria-orientation, which its role does not permit.
const isCloudscapes = (rule, { html }) => rule === 'aria-allowed-attr' && html.includes('mobile-toolbar-nav');

// expectAccessible checks the current state of the page against the rules of WCAG 2.2 AA that axe knows.
export async function expectAccessible(page) {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).withTags(tags);
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, nodes }) => nodes.filter((node) => !isCloudscapes(id, node))
    .map(({ html }) => `${id}: ${html.slice(0, 300)}`));
  expect(found).toEqual([]);
}
