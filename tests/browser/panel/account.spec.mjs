// My account and API tokens.
import { call, signIn } from '../stack.mjs';
import {
  callAs, createCustomer, createReseller, enter, expect, expectAccessible, password, test, unique,
} from './panel.mjs';

test('an API token is shown once, works, and is removed', async ({ page, context }) => {
  const login = unique('tokens');
  await createReseller(login);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await enter(page, '/api-tokens', { login });
  await expect(page.getByRole('heading', { name: 'No API tokens' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add API Token' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add API Token' });
  await dialog.getByLabel('Name', { exact: true }).fill('Billing');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByText('Choose at least one scope.')).toBeVisible();
  await expect(dialog.getByRole('checkbox', { name: 'Read the gate' })).toHaveCount(0); // a reseller does not have it
  await expectAccessible(page);
  await dialog.getByRole('checkbox', { name: 'Read customers' }).check();
  await dialog.getByLabel('Your current password').fill('not my password at all');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByText('This is not your current password.').first()).toBeVisible();
  await dialog.getByLabel('Your current password').fill(password);
  await dialog.getByRole('button', { name: 'OK' }).click();

  const shown = page.getByRole('dialog', { name: 'The API token Billing was added' });
  const token = (await shown.locator('code').textContent()).trim();
  await expectAccessible(page);
  await shown.getByRole('button', { name: 'Copy' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  await call('GET', '/v1/customers', { token, want: 200 });
  await shown.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Billing' })).toContainText('Read customers');
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole('row').filter({ hasText: 'Billing' })).toBeVisible();
  await expect(page.locator('body')).not.toContainText(token);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(token);

  await page.getByRole('button', { name: 'Remove Billing' }).click();
  const removal = page.getByRole('dialog', { name: 'Remove the API token Billing?' });
  await removal.getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText('The API token Billing was removed.')).toBeVisible();
  await call('GET', '/v1/customers', { token, want: 401 });
});

test('a customer changes its password, which ends its other sessions and is among the sign-ins', async ({ page }) => {
  const login = unique('own');
  await createCustomer(login);
  const other = await signIn(login, password);
  const next = 'nine dry raincoats hum';
  await enter(page, '/account?tab=password', { login });
  await page.getByLabel('Your current password').fill('not my password at all');
  await page.getByLabel('New password', { exact: true }).fill(next);
  await page.getByLabel('Repeat the new password').fill(`${next}!`);
  await page.getByRole('button', { name: 'Change Password' }).click();
  await expect(page.getByText('The two passwords differ.')).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Repeat the new password').fill(next);
  await page.getByRole('button', { name: 'Change Password' }).click();
  await expect(page.getByText('This is not your current password.').first()).toBeVisible();
  await call('GET', '/v1/me', { token: other, want: 200 });
  await page.getByLabel('Your current password').fill(password);
  await page.getByRole('button', { name: 'Change Password' }).click();
  await expect(page.getByText('Your password was changed.')).toBeVisible();
  await call('GET', '/v1/me', { token: other, want: 401 });
  await page.getByRole('tab', { name: 'Sign-ins' }).click();
  await expect(page).toHaveURL(/tab=sign-ins/);
  await expect(page.getByRole('row').filter({ hasText: 'Password changed' })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'Signed in' }).first()).toBeVisible();
  await expectAccessible(page);
  await signIn(login, next);
});

test('a customer changes its contact; a new e-mail address needs the password', async ({ page }) => {
  const login = unique('contact');
  await createCustomer(login);
  await enter(page, '/account', { login });
  await page.getByLabel(/^City/).fill('Bath');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Your contact info was saved.')).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByLabel('Your current password')).toHaveCount(0);
  await page.getByLabel('E-mail').fill(`${login}@new.example.com`);
  await page.getByLabel('Your current password').fill(password);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Your current password')).toHaveCount(0);
  const asCustomer = await callAs(login);
  const { body } = await asCustomer('GET', '/v1/me', { want: 200 });
  expect(body.account.contact).toMatchObject({ city: 'Bath', email: `${login}@new.example.com` });
});

test('language and theme are chosen in My account, and stay', async ({ page }) => {
  const login = unique('view');
  await createCustomer(login);
  await enter(page, '/account?tab=view', { login });
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect(page.locator('body')).toHaveClass(/awsui-dark-mode/);
  await expectAccessible(page);
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.getByRole('heading', { level: 1, name: 'Mein Konto' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Mein Konto' })).toBeVisible();
  await expect(page.locator('body')).toHaveClass(/awsui-dark-mode/);
});
