// The guide's chapters Converting Customer Accounts to Reseller Accounts, Moving Customers to Another Owner:
// each test clicks what its chapter says, in the guide's words.
import { asAdministrator } from '../../stack.mjs';
import {
  callAs, createCustomer, createGroup, createReseller, dialog, enter, expect, expectAccessible, finished,
  openCustomers, row, select, sidebar, test, unique,
} from '../panel.mjs';
import { addSubscription, chooseOwner, openFromList, read } from './guide.mjs';

test('Converting Customer Accounts: Convert to Reseller keeps the sum with the Custom plan', async ({ page }) => {
  const customer = await createCustomer(unique('grows'));
  await addSubscription(customer, { allotments: { max_box: 10 } });
  await addSubscription(customer, { allotments: { max_box: 15 } });
  await enter(page);
  await openFromList(page, customer);
  await page.getByRole('button', { name: 'Convert to Reseller' }).click();
  await expect(dialog(page).getByRole('button', { name: /^Reseller plan/ })).toContainText('Custom');
  await expect(dialog(page)).toContainText('This is possible.');
  await expect(dialog(page).getByText('25', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(page).toHaveURL(new RegExp(`/resellers/${customer.id}$`), { timeout: 30_000 });
  await page.getByRole('tab', { name: 'Resources' }).click();
  await expect(page.getByRole('row', { name: /^Mailboxes/ })).toContainText('25');
});

test('Converting Customer Accounts: Convert to Resellers, with a reseller plan for each', async ({ page }) => {
  const { group, names } = await createGroup(2);
  const plan = unique('Gold');
  await asAdministrator('POST', '/v1/reseller-plans', { body: { name: plan, allotments: { max_cl: 7 } }, want: 201 });
  await openCustomers(page, group, 2);
  await select(page, ...names);
  await page.getByRole('button', { name: 'Convert to Resellers' }).click();
  await dialog(page).getByRole('button', { name: `Reseller plan: ${names[1]}` }).click();
  await page.getByRole('option', { name: plan }).click();
  await expect(dialog(page).getByRole('button', { name: `Reseller plan: ${names[0]}` })).toContainText('Custom');
  await expect(dialog(page)).toContainText('Possible for 2.');
  await dialog(page).getByText(`Resources of the new reseller: ${names[1]}`).click();
  await expect(dialog(page).getByText('7', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await finished(page, 'Convert customers to resellers: 2 done.');
  const { items } = await read(`/v1/resellers?search=${group}`);
  expect(items.map(({ login }) => login).sort()).toEqual(names);
});

test('Moving Customers: Move to another next to Provider, the new owner, the Custom plan', async ({ page }) => {
  const reseller = await createReseller(unique('new-owner'));
  const customer = await createCustomer(unique('moves'));
  const subscription = await addSubscription(customer, { allotments: { max_box: 10 } });
  await enter(page);
  await openFromList(page, customer);
  await page.getByRole('button', { name: 'Move to another' }).click();
  await chooseOwner(page, reseller.login);
  await expect(dialog(page).getByText('This is possible.')).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: /^Service plan/ })).toContainText('Custom');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page).getByRole('link', { name: reseller.login })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('navigation', { name: 'Breadcrumbs' })).toContainText(reseller.login);
  await expect(page.getByRole('button', { name: 'Convert to Reseller' })).toBeEnabled({ timeout: 30_000 });
  expect((await read(`/v1/subscriptions/${subscription.id}`)).resources.allotments.max_box).toBe(10);
});

test('Moving Customers: Move to, with a service plan of the new owner for each', async ({ page }) => {
  const { group, names, customers } = await createGroup(2);
  const subscription = await addSubscription(customers[1]);
  const owner = unique('owner');
  const reseller = await createReseller(owner, { contact: { name: `Reseller ${owner}` } });
  const asReseller = await callAs(owner);
  await asReseller('POST', '/v1/service-plans', { body: { name: 'Business', allotments: { max_box: 12 } }, want: 201 });
  await openCustomers(page, group, 2);
  await select(page, ...names);
  await page.getByRole('button', { name: 'Move to' }).click();
  await chooseOwner(page, `Reseller ${owner}`);
  await dialog(page).getByRole('button', { name: `Service plan: ${names[1]}` }).click();
  await page.getByRole('option', { name: 'Business' }).click();
  await expect(dialog(page).getByRole('button', { name: `Service plan: ${names[0]}` })).toContainText('Custom');
  await expect(dialog(page)).toContainText('Possible for 2.');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await finished(page, 'Move customers: 2 done.');
  await expect(row(page, names[0])).toContainText(`Reseller ${owner}`);
  expect((await read(`/v1/customers/${customers[1].id}`)).owner.id).toBe(reseller.id);
  expect((await read(`/v1/subscriptions/${subscription.id}`)).resources.allotments.max_box).toBe(12);
});
