// The quick navigation, by keyboard only.
import { createCustomer, createReseller, enter, expect, expectAccessible, password, test, unique } from './panel.mjs';

const box = (page) => page.getByRole('combobox', { name: 'Quick navigation' });
const current = (page) => page.locator('[role=option][aria-selected=true]');

test('Ctrl-K finds a customer, and Enter opens its page', async ({ page }) => {
  const customer = await createCustomer(unique('palette'));
  await enter(page, '/customers');
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.type(customer.login);
  await expect(current(page)).toContainText(customer.login);
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/customers/${customer.id}$`));
  await expect(page.getByRole('heading', { level: 1, name: customer.login })).toBeVisible();
  await page.goto('/operations');
  await expect(page.getByRole('heading', { level: 1, name: 'Operations' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('group', { name: 'Recent' }).getByRole('option').first()).toContainText(customer.login);
  await expect(current(page)).toContainText(customer.login);
  await page.keyboard.press('Escape');
  await expect(box(page)).toBeHidden();
});

test('the actions of the page and the screens are in the list; arrow keys choose', async ({ page }) => {
  const customer = await createCustomer(unique('keys'));
  await enter(page, `/customers/${customer.id}`);
  await expect(page.getByRole('heading', { level: 1, name: customer.login })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  await page.keyboard.type('contact');
  await expect(current(page)).toContainText('Edit Contact Info');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('Edit Contact Info');
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  await page.keyboard.type('reseller');
  const options = page.getByRole('option');
  await expect(options.filter({ hasText: 'Resellers' }).first()).toBeVisible();
  const before = await current(page).textContent();
  await page.keyboard.press('ArrowDown');
  await expect(current(page)).not.toHaveText(before);
  await page.keyboard.press('ArrowUp');
  await expect(current(page)).toHaveText(before);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?'); // at once: the quick navigation must not close what opens after it
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await expectAccessible(page);
});

test('another account in the same browser does not see what was opened; signing out forgets it', async ({ page }) => {
  const customer = await createCustomer(unique('private'));
  const reseller = await createReseller(unique('next'));
  await enter(page, `/customers/${customer.id}`);
  await expect(page.getByRole('heading', { level: 1, name: customer.login })).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem('tenantry.recent'))).toContain(customer.id);
  await page.getByRole('button', { name: 'Local administrator' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem('tenantry.recent'))).toBeNull();
  await page.evaluate((visits) => { localStorage.setItem('tenantry.recent', visits); }, JSON.stringify({
    account: 'adm_other',
    visits: [{ kind: 'customer', id: customer.id, name: customer.login, path: `/customers/${customer.id}` }],
  }));
  await enter(page, '/customers', { login: reseller.login, secret: password });
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  await expect(page.getByRole('group', { name: 'Recent' })).toHaveCount(0);
});
