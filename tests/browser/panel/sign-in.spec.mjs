// Signing in to the panel, and out again.
import { asAdministrator, stack } from '../stack.mjs';
import {
  createCustomer, createReseller, enter, expect, expectAccessible, fillSignIn, password, test, unique,
} from './panel.mjs';

test('the administrator signs in and sees the list of customers', async ({ page }) => {
  const login = unique('list');
  await createCustomer(login, { description: 'Pays by invoice.' });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expectAccessible(page);
  await fillSignIn(page, stack.login, stack.password);
  await expect(page).toHaveURL(`${stack.url}/customers`);
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await page.getByRole('searchbox', { name: /Find customers by name/ }).fill(login);
  const row = page.getByRole('row').filter({ hasText: login });
  await expect(row).toContainText('Pays by invoice.');
  await expect(page).toHaveURL(new RegExp(`search=${login}`));
  await expectAccessible(page);
  await page.reload();
  await expect(row).toContainText('Pays by invoice.');
  await expect(page.getByRole('searchbox', { name: /Find customers by name/ })).toHaveValue(login);
});

test('a wrong password is explained, and the login stays', async ({ page }) => {
  await page.goto('/');
  await fillSignIn(page, stack.login, 'not the password at all');
  await expect(page.getByRole('alert')).toContainText(/wrong|incorrect|not match/i);
  await expect(page.getByLabel('Login', { exact: true })).toHaveValue(stack.login);
  await expectAccessible(page);
});

test('signing out ends the session', async ({ page }) => {
  const login = unique('out');
  await createReseller(login);
  await enter(page, '/', { login });
  await page.getByRole('button', { name: login }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.goto('/customers');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});

test('a suspended account reads its public message', async ({ page }) => {
  const login = unique('closed');
  const { id } = await createReseller(login);
  await enter(page, '/', { login });
  await expect(page.getByText('Add your first customer')).toBeVisible();
  const hold = { publicMessage: 'Please pay invoice 17.' };
  await asAdministrator('POST', `/v1/resellers/${id}/suspend`, { body: hold, want: 200 });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByRole('alert')).toContainText('Please pay invoice 17.');
  await fillSignIn(page, login, password);
  await expect(page.getByRole('alert').getByText('Please pay invoice 17.').first()).toBeVisible();
});

test('an expired session asks to sign in over the page, and then goes on', async ({ page, context }) => {
  const login = unique('expired');
  await createReseller(login);
  await enter(page, '/customers', { login });
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await context.clearCookies();
  await page.getByRole('button', { name: 'Refresh' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel('Login', { exact: true })).toHaveValue(login);
  await expect(dialog.getByRole('button')).toHaveText(['Sign in']);
  await expectAccessible(page);
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
});

test('the panel speaks German in a German browser, to an account with German', async ({ browser }) => {
  const login = unique('deutsch');
  await createReseller(login, { contact: { locale: 'de-AT' } });
  const context = await browser.newContext({ locale: 'de-DE', baseURL: stack.url });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Anmelden' })).toBeVisible();
  await page.getByLabel('Anmeldename', { exact: true }).fill(login);
  await page.getByLabel('Passwort', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kunden' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await context.close();
});
