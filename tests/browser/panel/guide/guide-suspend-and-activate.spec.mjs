// The guide's chapters Suspending Accounts, Activating Accounts:
// each test clicks what its chapter says, in the guide's words.
import { asAdministrator } from '../../stack.mjs';
import {
  callAs, changeStatus, createGroup, dialog, expect, expectAccessible, findable, finished, openCustomers, password,
  row, select, sidebar, test, unique,
} from '../panel.mjs';
import { addSubscription, filterByStatus, isServed, openFromList, read, signInStatus } from './guide.mjs';

test('Suspending Accounts: Status Active in the filter, the checkboxes, Change Status > Suspend', async ({ page }) => {
  const { group, names, customers } = await createGroup(4);
  const subscription = await addSubscription(customers[0]);
  const clerk = unique('clerk');
  const asCustomer = await callAs(names[0]);
  await asCustomer('POST', `/v1/customers/${customers[0].id}/panel-users`, {
    body: { login: clerk, password, name: 'Charles Clerk', email: 'clerk@example.com' }, want: 201,
  });
  await asAdministrator('POST', `/v1/customers/${customers[3].id}/suspend`, { body: {}, want: 200 });
  await findable(group, 3, 'active');
  await openCustomers(page, group, 4);
  await filterByStatus(page, 'Active');
  await expect(page.getByRole('row')).toHaveCount(4);
  await select(page, names[0], names[1]);
  await changeStatus(page, 'Suspend');
  await expect(dialog(page)).toContainText('Suspend 2 customers');
  await expect(dialog(page)).toContainText('Possible for 2.');
  await dialog(page).getByLabel('Reason').fill('Invoice 17 is open.');
  await dialog(page).getByLabel('Public message').fill('Please pay invoice 17.');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await finished(page, 'Suspend customers: 2 done.');
  await page.goBack(); // to the list without the filter
  await expect(row(page, names[0])).toContainText('Suspended');
  await expect(row(page, names[2])).toContainText('Active');
  const { holds } = await read(`/v1/customers/${customers[0].id}`);
  expect(holds[0]).toMatchObject({ reason: 'Invoice 17 is open.', publicMessage: 'Please pay invoice 17.' });
  const inherited = await read(`/v1/subscriptions/${subscription.id}`);
  expect(inherited.holds).toMatchObject([{ source: 'administrator', inherited: true }]);
  await expect.poll(() => isServed(subscription)).toBe(false);
  const statuses = [await signInStatus(names[0]), await signInStatus(clerk), await signInStatus(names[2])];
  expect(statuses).toEqual([403, 403, 201]);

  await openFromList(page, customers[2]);
  await changeStatus(page, 'Suspend');
  await dialog(page).getByRole('textbox', { name: /^Reason/ }).fill('Invoice 17 is unpaid.');
  await dialog(page).getByRole('textbox', { name: /^Public message/ }).fill('Please pay.');
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('This account is suspended')).toBeVisible();
  await expect(page.getByText('Reason: Invoice 17 is unpaid.')).toBeVisible();
  await expect(sidebar(page).getByText('Suspended', { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test('Activating Accounts: Status Suspended in the filter, Change Status > Activate', async ({ page }) => {
  const { group, customers } = await createGroup(3);
  const subscription = await addSubscription(customers[0]);
  const suspend = ({ id }) => asAdministrator('POST', `/v1/customers/${id}/suspend`, { body: {}, want: 200 });
  for (const customer of customers.slice(0, 2)) await suspend(customer);
  await asAdministrator('POST', `/v1/subscriptions/${subscription.id}/suspend`, { body: {}, want: 200 });
  await findable(group, 2, 'suspended');
  await openCustomers(page, group, 3);
  await filterByStatus(page, 'Suspended');
  await expect(page.getByRole('row')).toHaveCount(3);
  await expectAccessible(page);
  await page.getByRole('checkbox', { name: 'Select this page' }).check({ force: true });
  await changeStatus(page, 'Activate');
  await dialog(page).getByRole('button', { name: 'Activate' }).click();
  await finished(page, 'Activate customers: 2 done.');
  await expect(page.getByText('No match', { exact: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('row')).toHaveCount(4);
  await expect(page.getByRole('row').filter({ hasText: 'Active' })).toHaveCount(3);
  expect(await read(`/v1/subscriptions/${subscription.id}`)).toMatchObject({ status: 'active', holds: [] });
  await expect.poll(() => isServed(subscription)).toBe(true);

  await asAdministrator('POST', `/v1/customers/${customers[2].id}/suspend`, { body: {}, want: 200 });
  await openFromList(page, customers[2]);
  await expect(page.getByText('This account is suspended')).toBeVisible();
  await changeStatus(page, 'Activate');
  await dialog(page).getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByText('This account is suspended')).toBeHidden();
  await expect(sidebar(page).getByText('Active', { exact: true })).toBeVisible();
  expect(await signInStatus(customers[2].login)).toBe(201);
});
