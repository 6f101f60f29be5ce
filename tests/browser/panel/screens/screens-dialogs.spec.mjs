// The dialogs, and what the screens show without data and after errors: they are accessible, and their pictures are
// saved in .local/screenshots/dialogs/ and .local/screenshots/states/.
import { asAdministrator } from '../../stack.mjs';
import {
  changeStatus, createCustomer, createReseller, dialog, enter, expect, findable, row, select, sidebar, test, unique,
} from '../panel.mjs';
import { chooseOwner } from '../guide/guide.mjs';
import { look, objects, open, picture } from './screens.mjs';

for (const theme of ['light', 'dark']) {
  const save = (page, name) => picture(page, `dialogs/${theme}/${name}`);
  const close = async (page) => {
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toHaveCount(0);
  };

  test(`the dialogs on the page of a customer, ${theme}`, async ({ page, context }) => {
    test.setTimeout(120_000);
    await look(page, theme);
    const { customer, reseller } = await objects();
    await enter(page, `/customers/${customer.id}`);
    await expect(page.getByRole('heading', { level: 1, name: 'Ada Lovelace' })).toBeVisible();
    await changeStatus(page, 'Suspend');
    await expect(dialog(page)).toContainText('This is possible.');
    await save(page, 'suspend');
    await close(page);
    await page.getByRole('button', { name: 'Convert to Reseller' }).click();
    await expect(dialog(page)).toContainText('This is possible.');
    await save(page, 'convert');
    await close(page);
    await page.getByRole('button', { name: 'Move to another' }).click();
    await chooseOwner(page, reseller.login);
    await expect(dialog(page)).toContainText('This is possible.');
    await save(page, 'move');
    await close(page);
    await sidebar(page).getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(dialog(page)).toContainText('1 subscription');
    await save(page, 'remove');
    await close(page);
    await page.getByRole('button', { name: 'Change Login Info' }).click();
    await dialog(page).getByRole('button', { name: 'Show link' }).click();
    await expect(dialog(page).getByText(/Valid until/)).toBeVisible();
    await save(page, 'login-info');
    await close(page);
    await page.getByRole('button', { name: /add description|edit/ }).first().click();
    await save(page, 'description');
    await close(page);

    await page.getByRole('button', { name: 'Edit Contact Info' }).click();
    const company = `Engines ${theme}`;
    await asAdministrator('PATCH', `/v1/customers/${customer.id}/contact`, { body: { company }, want: 200 });
    await dialog(page).getByRole('textbox', { name: /^Company/ }).fill('Engines of Ada');
    await dialog(page).getByRole('button', { name: 'OK' }).click();
    await expect(dialog(page)).toContainText(company);
    await save(page, 'conflict');
    await context.clearCookies();
    await dialog(page).getByRole('button', { name: 'Keep mine and save' }).click();
    await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
    await save(page, 'sign-in-again');
  });

  test(`the dialogs over the list of customers, ${theme}`, async ({ page }) => {
    test.setTimeout(120_000);
    await look(page, theme);
    const group = unique('many').replaceAll('-', '');
    const names = [`${group}.1`, `${group}.2`, `${group}.3`];
    for (const name of names) await createCustomer(name);
    await findable(group, 3);
    await enter(page, `/customers?search=${group}`);
    await expect(page.getByRole('row')).toHaveCount(4);
    await select(page, ...names);
    await save(page, 'list-with-selection');
    for (const [name, button] of [['convert-many', 'Convert to Resellers'], ['remove-many', 'Remove']]) {
      await page.getByRole('button', { name: button }).click();
      await expect(dialog(page)).toContainText(name === 'remove-many' ? 'Remove 3 customers?' : 'Possible for 3.');
      await save(page, name);
      await close(page);
    }
    await changeStatus(page, 'Activate');
    await expect(dialog(page)).toContainText('Possible for 3.');
    await save(page, 'activate-many');
    await close(page);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await save(page, 'shortcuts');
  });

  test(`without data and after errors, ${theme}`, async ({ page }) => {
    test.setTimeout(120_000);
    await look(page, theme);
    const state = (name) => picture(page, `states/${theme}/${name}`);
    const reseller = await createReseller(unique('fresh'), { contact: { name: 'Fresh Hosting' } });
    await enter(page, '/customers', { login: reseller.login });
    await expect(page.getByText('Add your first customer')).toBeVisible();
    await state('first-customer');
    const empty = { 'no-plans': '/service-plans', 'no-operations': '/operations', 'no-tokens': '/api-tokens' };
    for (const [name, address] of Object.entries(empty)) {
      await open(page, address);
      await state(name);
    }
    await open(page, '/customers/new');
    await page.getByRole('button', { name: 'Add Customer' }).click();
    await expect(page.getByText('This field is required.').first()).toBeVisible();
    await state('field-errors');
    const unavailable = { status: 503, headers: { 'Retry-After': '60' } };
    await page.route('**/v1/service-plans?*', (route) => route.fulfill(unavailable));
    await page.goto('/service-plans');
    await expect(page.getByText('The request failed', { exact: true })).toBeVisible();
    await state('failure');
    await page.route('**/v1/customers?*', () => undefined); // never answers
    await page.goto('/customers');
    await expect(row(page, '')).not.toHaveCount(0);
    await state('loading');
    await page.unroute('**/v1/customers?*');
    const hold = { publicMessage: 'Please pay invoice 17.' };
    await asAdministrator('POST', `/v1/resellers/${reseller.id}/suspend`, { body: hold, want: 200 });
    await page.goto('/operations');
    await expect(page.getByText('Please pay invoice 17.')).toBeVisible();
    await state('suspended');
  });
}
