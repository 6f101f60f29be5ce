// What the lists of several screens have in common.
import { createCustomer, createReseller, enter, expect, test, unique } from './panel.mjs';
import { asAdministrator } from '../stack.mjs';

for (const [path, title] of [['/websites', 'Websites'], ['/subscriptions', 'Subscriptions']]) {
  test(`nothing is counted before a search: ${title}`, async ({ page }) => {
    await enter(page, path);
    await expect(page.getByText('Type at least three characters of a domain')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await page.getByRole('searchbox').last().fill(`${unique('nothing')}.example`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${title} (0)`);
  });
}

test('a list without a search field has its filter in the line of its pages', async ({ page }) => {
  await enter(page, '/operations');
  const filter = await page.getByRole('button', { name: /^Show/ }).boundingBox();
  const title = await page.getByRole('heading', { level: 1, name: 'Operations' }).boundingBox();
  const label = await page.getByText('Show', { exact: true }).boundingBox();
  expect(label.y - title.y - title.height).toBeLessThan(20);
  expect(filter.y).toBeGreaterThan(label.y);
});

test('the lists beside the sidebar fit the window', async ({ page }) => {
  const reseller = await createReseller(unique('narrow'));
  const customer = await createCustomer(unique('a-rather-long-login'), { owner: reseller.id });
  const contact = { company: 'Analytical Engines and Sons' };
  await asAdministrator('PATCH', `/v1/customers/${customer.id}/contact`, { body: contact, want: 200 });
  await asAdministrator('POST', `/v1/customers/${customer.id}/reset-link`, { want: 201 });
  const email = `${unique('a-rather-long-address')}@example.com`;
  const body = { login: unique('clerk'), email, name: 'Mary Somerville' };
  await asAdministrator('POST', `/v1/customers/${customer.id}/panel-users`, { body, want: 201 });
  await enter(page, `/customers/${customer.id}?tab=users`);
  const ofCustomer = ['users', 'backups', 'trail'].map((tab) => `customers/${customer.id}?tab=${tab}`);
  for (const tab of [...ofCustomer, `resellers/${reseller.id}`]) {
    await page.goto(`/${tab}`);
    await expect(page.getByRole('table')).toBeVisible();
    await expect(page.locator('.tn-skeleton')).toHaveCount(0);
    const table = page.getByRole('table');
    const excess = await table.evaluate((element) => element.scrollWidth - element.parentElement.clientWidth);
    expect(excess, `${tab} is too wide`).toBeLessThanOrEqual(1);
  }
});
