// The guide's chapter Adding Descriptions: each test clicks what its chapter says, in the guide's words.
import {
  callAs, createCustomer, createReseller, dialog, enter, expect, expectAccessible, findable, row, sidebar, test,
  unique,
} from '../panel.mjs';
import { openFromList } from './guide.mjs';

test('Adding Descriptions: the Description box, [edit], [add description], and the list', async ({ page }) => {
  const login = unique('note');
  await enter(page);
  await page.getByRole('button', { name: 'Add Customer' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(login);
  await page.getByLabel('E-mail', { exact: true }).fill(`${login}@example.com`);
  await page.getByLabel('Login', { exact: true }).fill(login);
  await page.getByLabel('Description').fill('Pays by invoice.');
  await page.getByRole('button', { name: 'Add Customer' }).click();
  await expect(sidebar(page)).toContainText('Pays by invoice.');
  await page.getByRole('button', { name: '[edit]' }).click();
  await expectAccessible(page);
  await dialog(page).getByRole('textbox').fill('Pays by card.');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('Pays by card.');
  await findable(login, 1);
  await page.goto(`/customers?search=${login}`);
  await expect(row(page, login)).toContainText('Pays by card.');

  const other = await createCustomer(unique('plain'));
  await openFromList(page, other);
  await page.getByRole('button', { name: '[add description]' }).click();
  await dialog(page).getByRole('textbox').fill('Calls on Fridays.');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('Calls on Fridays.');
});

test('Adding Descriptions: the administrator has one too, and edits the one of a reseller', async (
  { page, context },
) => {
  const reseller = await createReseller(unique('owner'));
  const asReseller = await callAs(reseller.login);
  const login = unique('shared');
  const { body: customer } = await asReseller('POST', '/v1/customers', {
    body: { login, contact: { name: login, email: `${login}@example.com` }, description: 'The note of the reseller.' },
    want: 201,
  });
  await enter(page);
  await openFromList(page, customer);
  await expect(sidebar(page)).toContainText('The note of the reseller.');
  await page.getByRole('button', { name: '[add description] Your description' }).click();
  await dialog(page).getByRole('textbox').fill('The note of the administrator.');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('The note of the administrator.');
  const { body } = await asReseller('GET', `/v1/customers/${customer.id}`);
  expect(body.description).toBe('The note of the reseller.');
  expect(body.adminDescription).toBeUndefined();

  await page.getByRole('button', { name: '[edit] Description of the provider' }).click();
  await dialog(page).getByRole('textbox').fill('The note of the reseller, corrected.');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('The note of the reseller, corrected.');
  await context.clearCookies();
  await enter(page, '/', { login: reseller.login });
  await openFromList(page, customer);
  await expect(sidebar(page)).toContainText('The note of the reseller, corrected.');
  await expect(sidebar(page)).not.toContainText('The note of the administrator.');
});
