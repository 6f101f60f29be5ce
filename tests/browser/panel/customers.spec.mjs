// The list of customers. The guide's actions on several of them are in guide/.
import { asAdministrator, stack } from '../stack.mjs';
import {
  createCustomer, createGroup, createReseller, dialog, enter, expect, expectAccessible, findable, finished,
  openCustomers, password, row, select, test, unique,
} from './panel.mjs';

test('the German buttons of the list are in one line', async ({ page }) => {
  await page.addInitScript(() => { localStorage.setItem('tenantry.preferences', JSON.stringify({ language: 'de' })); });
  await enter(page, '/customers', { labels: { login: 'Anmeldename', password: 'Passwort', submit: 'Anmelden' } });
  const names = ['Status ändern', 'In Reseller umwandeln', 'Verschieben', 'Entfernen', 'Kunden hinzufügen'];
  const boxes = await Promise.all(names.map((name) => page.getByRole('button', { name, exact: true }).boundingBox()));
  const title = await page.getByRole('heading', { level: 1, name: 'Kunden' }).boundingBox();
  expect(boxes.map(({ y }) => y)).toEqual(boxes.map(() => boxes[0].y));
  expect(boxes[0].y).toBeLessThan(title.y + title.height);
});

test('all customers that match are selected across pages', async ({ page }) => {
  const { group } = await createGroup(27);
  await findable(group, 27);
  await enter(page, `/customers?search=${group}`);
  await expect(page.getByRole('row')).toHaveCount(26);
  await page.getByRole('checkbox', { name: 'Select this page' }).check({ force: true });
  await page.getByRole('button', { name: 'Select all 27 that match' }).click();
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await expect(dialog(page)).toContainText('Possible for 27.', { timeout: 30_000 });
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await finished(page, 'Suspend customers: 27 done.');
  await page.getByRole('link', { name: 'Show details' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Suspend customers' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: 'Outcomes' })).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(26);
  await expectAccessible(page);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const stream = await (await downloading).createReadStream();
  let text = '';
  for await (const chunk of stream) text += chunk;
  expect(text.trim().split('\r\n')).toHaveLength(28);
  await page.goto('/operations');
  await expect(page.getByRole('link', { name: 'Suspend customers' }).first()).toBeVisible();
  await expectAccessible(page);
});

test('a click right after typing in the search opens the customer', async ({ page }) => {
  const { group, names } = await createGroup(2);
  await openCustomers(page, group, 2);
  const link = page.getByRole('link', { name: names[0], exact: true });
  await page.getByRole('searchbox', { name: /Find customers by name/ }).fill(`${group} x`);
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name: names[0] })).toBeVisible();
  await page.waitForTimeout(600); // longer than the pause before a search
  await expect(page.getByRole('heading', { level: 1, name: names[0] })).toBeVisible();
});

test('a search typed right after opening the list from the menu is not lost', async ({ page }) => {
  const { group, names } = await createGroup(2);
  await openCustomers(page, `${group}.1`, 1);
  await page.evaluate((text) => { // in one turn, before the list without the search is drawn
    [...document.querySelectorAll('nav a')].find(({ textContent }) => textContent === 'Customers').click();
    const input = document.querySelector('input[type=search]');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, `${group}.2`);
  await expect(page).toHaveURL(new RegExp(`search=${group}.2$`));
  await expect(page.getByRole('searchbox', { name: /Find customers by name/ })).toHaveValue(`${group}.2`);
  await expect(row(page, names[1])).toBeVisible();
});

test('a new address replaces the text of the search', async ({ page }) => {
  const { group } = await createGroup(1);
  await openCustomers(page, group, 1);
  const search = page.getByRole('searchbox', { name: /Find customers by name/ });
  await page.getByRole('link', { name: 'Customers', exact: true }).first().click();
  await expect(search).toHaveValue('');
  await page.goBack();
  await expect(search).toHaveValue(group);
});

test('the list moves with the keyboard', async ({ page }) => {
  const { group, names } = await createGroup(2);
  await openCustomers(page, group, 2);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(row(page, names[1]).getByRole('link')).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('x');
  await expect(page.getByRole('checkbox', { name: `Select ${names[0]}` })).toBeChecked();
  await page.keyboard.press('f');
  await expect(page.getByRole('searchbox', { name: /Find customers by name/ })).toBeFocused();
});

test('a customer is added, although the session expires in the half-filled form', async ({ page, context }) => {
  const login = unique('new');
  const reseller = unique('seller');
  await createReseller(reseller);
  await enter(page, '/customers', { login: reseller });
  await expect(page.getByText('Add your first customer')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add Customer' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('O\'Neil <b>x');
  await page.getByLabel('E-mail', { exact: true }).fill('not an address');
  await page.getByRole('button', { name: 'Add Customer' }).click();
  await expect(page.getByText('This field is required.')).toBeVisible();
  await expect(page.getByLabel('Login', { exact: true })).toBeFocused();
  await page.getByLabel('Login', { exact: true }).fill(reseller);
  await page.getByRole('button', { name: 'Add Customer' }).click();
  await expect(page.getByLabel('E-mail', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('E-mail', { exact: true }).fill(`${login}@example.com`);
  await page.getByRole('button', { name: 'Add Customer' }).click();
  await expect(page.getByRole('alert')).toContainText('already');
  await expectAccessible(page);
  await page.getByLabel('Login', { exact: true }).fill(login);
  await page.getByLabel('Description').fill('Pays by invoice.');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Add Customer' }).click();
  await dialog(page).getByLabel('Password', { exact: true }).fill(password);
  await dialog(page).getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/customers\/cus_/);
  const { body } = await asAdministrator('GET', `/v1/customers/login:${login}`, { want: 200 });
  const contact = { name: "O'Neil <b>x" };
  expect(body).toMatchObject({ contact, description: 'Pays by invoice.', owner: { login: reseller } });
});

test('pages are reached forward and back, and a link to a page that is gone shows the first one', async ({ page }) => {
  const { group } = await createGroup(26);
  await findable(group, 26);
  await enter(page, `/customers?search=${group}`);
  await expect(page.getByRole('row')).toHaveCount(26);
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page).toHaveURL(/page=2&cursor=/);
  await page.reload();
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Previous page' }).click();
  await expect(page.getByRole('row')).toHaveCount(26);
  await page.goBack();
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.goto(`/customers?search=${group}&page=2&cursor=from-another-person`);
  await expect(page.getByText('This is the first page.')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(26);
});

test('leaving a half-filled form asks first', async ({ page }) => {
  await enter(page, '/customers/new');
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  await page.getByRole('link', { name: 'Operations' }).click();
  await expect(dialog(page)).toContainText('Leave without saving?');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace');
  await page.getByRole('link', { name: 'Operations' }).click();
  await dialog(page).getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Operations' })).toBeVisible();
});

test('a session that expires while a dialog is open asks over it, and the input stays', async ({ page, context }) => {
  const login = unique('seller');
  const { id: owner } = await createReseller(login);
  const group = unique('kept').replaceAll('-', '');
  await createCustomer(`${group}.1`, { owner });
  await openCustomers(page, group, 1, { login });
  await select(page, `${group}.1`);
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await dialog(page).getByLabel('Reason').fill('Invoice 18 is open.');
  await context.clearCookies();
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  const again = page.getByRole('dialog', { name: 'Sign in again' });
  await again.getByLabel('Password', { exact: true }).fill(password);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText(`${group}.1 is suspended.`)).toBeVisible();
  const { body } = await asAdministrator('GET', `/v1/customers/login:${group}.1`, { want: 200 });
  expect(body.holds[0].reason).toBe('Invoice 18 is open.');
});

test('the list fits a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 740 });
  await enter(page, '/customers');
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await expectAccessible(page);
});

test('a lost connection is explained, and the request repeated', async ({ page }) => {
  await enter(page, '/customers');
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  let failures = 2;
  await page.route('**/v1/customers?*', (route) => (failures-- > 0 ? route.abort() : route.continue()));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  await page.route('**/v1/operations?*', (route) => route.fulfill({ status: 503, headers: { 'Retry-After': '60' } }));
  await page.getByRole('link', { name: 'Operations' }).click();
  await expect(page.getByText('The request failed', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.unroute('**/v1/operations?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Operations' })).toBeVisible();
  expect(page.url()).toBe(`${stack.url}/operations`);
});
