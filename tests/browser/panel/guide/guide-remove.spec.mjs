// The guide's chapter Removing Accounts: each test clicks what its chapter says, in the guide's words.
import { asAdministrator } from '../../stack.mjs';
import {
  createGroup, dialog, expect, expectAccessible, finished, openCustomers, select, sidebar, test,
} from '../panel.mjs';
import { addSubscription, openFromList } from './guide.mjs';

test('Removing Accounts: the checkboxes, Remove, Yes; or on the page of a customer', async ({ page }) => {
  const { group, names, customers } = await createGroup(3);
  const subscription = await addSubscription(customers[0]);
  await openCustomers(page, group, 3);
  await select(page, names[0], names[1]);
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(dialog(page)).toContainText('Remove 2 customers?');
  await expect(dialog(page).getByText('1 subscription', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Yes' }).click();
  await finished(page, 'Remove customers: 2 done.');
  await asAdministrator('GET', `/v1/customers/${customers[0].id}`, { want: 404 });
  await asAdministrator('GET', `/v1/subscriptions/${subscription.id}`, { want: 404 });

  await openFromList(page, customers[2]);
  await sidebar(page).getByRole('button', { name: 'Remove', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Yes' }).click();
  await expect(page).toHaveURL(/\/customers(\?|$)/, { timeout: 30_000 });
  await expect.poll(async () => (await asAdministrator('GET', `/v1/customers/${customers[2].id}`)).status).toBe(404);
});
