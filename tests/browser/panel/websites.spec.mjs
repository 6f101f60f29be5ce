// The screen of websites.
import { asAdministrator } from '../stack.mjs';
import { createHosting, enter, expect, expectAccessible, test } from './panel.mjs';

test('a manager finds a website by its domain and sees that it is suspended with its customer', async ({ page }) => {
  const { customer, login, domain, subscription } = await createHosting();
  await asAdministrator('POST', `/v1/customers/${customer.id}/suspend`, { want: 200 });
  await enter(page, '/websites');
  await expect(page.getByRole('heading', { name: 'Find a website' })).toBeVisible();
  await expectAccessible(page);
  await expect(async () => {
    await page.getByRole('searchbox', { name: 'Find websites by domain' }).fill(domain);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByRole('checkbox', { name: `Website ${domain}` })).toBeVisible({ timeout: 1000 });
  }).toPass();
  const row = page.getByRole('row').filter({ hasText: domain });
  await expect(row).toContainText('Not served: its customer is suspended');
  await expect(row.getByRole('link', { name: login, exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: `Open the subscription of ${domain}` }).click();
  await expect(page).toHaveURL(new RegExp(`/subscriptions/${subscription.id}`));
  await expect(page.getByText('With its customer')).toBeVisible();
});

test('a customer sees the websites of all its subscriptions, and switches one off', async ({ page }) => {
  const { login, domain, customer } = await createHosting();
  await asAdministrator('POST', `/v1/customers/${customer.id}/subscriptions`, {
    body: { domain: `second-${domain}`, servicePlan: 'custom' }, want: 201,
  });
  await enter(page, '/websites', { login });
  await expect(page.getByRole('row')).toHaveCount(3);
  await page.getByRole('checkbox', { name: `Website second-${domain}` }).click({ force: true });
  await expect(page.getByRole('checkbox', { name: `Website second-${domain}` })).not.toBeChecked();
  await expectAccessible(page);
  await page.getByRole('searchbox', { name: 'Find websites by domain' }).fill('second');
  await expect(page.getByRole('row')).toHaveCount(2);
});
