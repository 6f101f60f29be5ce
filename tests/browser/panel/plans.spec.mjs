// Service plans and reseller plans, and the subscriptions that use them.
import { asAdministrator } from '../stack.mjs';
import { createCustomer, createReseller, enter, expect, expectAccessible, test, unique } from './panel.mjs';

const GB = 1024 ** 3;

async function planNamed(path, name, owner) {
  const { body } = await asAdministrator('GET', `${path}?limit=100${owner ? `&owner=${owner}` : ''}`, { want: 200 });
  return body.items.find((plan) => plan.name === name);
}

test('a reseller adds a service plan, uses it, edits it, and cannot remove it while it is used', async ({ page }) => {
  const login = unique('plans');
  const reseller = await createReseller(login);
  const customer = await createCustomer(unique('planned'), { owner: reseller.id });
  await enter(page, '/service-plans', { login });
  await expect(page.getByRole('heading', { name: 'Add your first service plan' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add Service Plan' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Add Service Plan' })).toBeVisible();
  await expectAccessible(page);

  // An amount is wrong, and then right. The unit is GB.
  await page.getByLabel('Name', { exact: true }).fill('Business');
  await page.getByRole('checkbox', { name: 'Unlimited Disk space' }).uncheck();
  await page.getByRole('textbox', { name: 'Disk space', exact: true }).fill('two');
  await page.getByRole('checkbox', { name: 'Create domains' }).check();
  await page.getByRole('checkbox', { name: 'WordPress' }).check();
  const add = page.locator('#content form').getByRole('button', { name: 'Add Service Plan' });
  await add.click();
  await expect(page.getByText('Enter a number, such as 10 or 2.5')).toBeVisible();
  await page.getByRole('textbox', { name: 'Disk space', exact: true }).fill('2.5');
  await add.click();
  const row = page.getByRole('row').filter({ hasText: 'Business' });
  await expect(row).toContainText('2.5 GB');
  await expectAccessible(page);
  const plan = await planNamed('/v1/service-plans', 'Business', reseller.id);
  expect(plan.allotments.disk_space).toBe(2.5 * GB);
  expect(plan.allotments.max_site).toBe(-1);
  expect(plan.permissions).toMatchObject({ create_domains: true, manage_dns: false });
  expect(plan.applications).toEqual(['wordpress']);

  const domain = `${unique('plan')}.example`;
  const { body: subscription } = await asAdministrator('POST', `/v1/customers/${customer.id}/subscriptions`, {
    body: { domain, servicePlan: plan.id }, want: 201,
  });
  await page.getByRole('link', { name: 'Business' }).click();
  await expect(page.getByText('Subscriptions on this plan: 1.')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Unlimited Websites' }).uncheck();
  await page.getByRole('textbox', { name: 'Websites', exact: true }).fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The plan Business was saved.')).toBeVisible();
  await page.goto(`/subscriptions/${subscription.id}?tab=resources`);
  await expect(page.getByText('2.5 GB')).toBeVisible();
  await expectAccessible(page);

  await page.goto(`/service-plans/${plan.id}`);
  await page.getByRole('button', { name: 'Remove' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove the plan Business?' });
  await expect(dialog).toContainText('cannot be removed');
  await expect(dialog.getByRole('button', { name: 'Yes' })).toBeDisabled();
  await expectAccessible(page);
});

test('two people edit one reseller plan: different fields are merged, the same field is compared', async ({ page }) => {
  const name = unique('Gold');
  const body = { name, allotments: { max_cl: 10 } };
  const { body: plan } = await asAdministrator('POST', '/v1/reseller-plans', { body, want: 201 });
  const address = `/v1/reseller-plans/${plan.id}`;
  const other = (allotments) => asAdministrator('PATCH', address, { body: { allotments }, want: 200 });
  await enter(page, `/reseller-plans/${plan.id}`);
  await expect(page.getByRole('textbox', { name: 'Customers', exact: true })).toHaveValue('10');
  await expectAccessible(page);
  await other({ max_db: 7 });
  await page.getByRole('textbox', { name: 'Customers', exact: true }).fill('20');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`The plan ${name} was saved.`)).toBeVisible();
  expect((await planNamed('/v1/reseller-plans', name)).allotments).toMatchObject({ max_cl: 20, max_db: 7 });

  await page.goto(`/reseller-plans/${plan.id}`);
  await expect(page.getByRole('textbox', { name: 'Customers', exact: true })).toHaveValue('20');
  await other({ max_cl: 30 });
  await page.getByRole('textbox', { name: 'Customers', exact: true }).fill('40');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: 'Customers 40 30' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep mine and save' }).click();
  await expect(page.getByText(`The plan ${name} was saved.`)).toBeVisible();
  expect((await planNamed('/v1/reseller-plans', name)).allotments.max_cl).toBe(40);

  await page.goto(`/reseller-plans/${plan.id}`);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText(`The plan ${name} was removed.`)).toBeVisible();
  expect(await planNamed('/v1/reseller-plans', name)).toBeUndefined();
});
