// The page of a customer. The guide's actions on it are in guide/.
import { asAdministrator } from '../stack.mjs';
import {
  createCustomer, createReseller, enter, expect, expectAccessible, password, sidebar, test, unique,
} from './panel.mjs';

const openPage = async (page, customer, options) => {
  await enter(page, `/customers/${customer.id}`, options);
  await expect(page.getByRole('heading', { level: 1, name: customer.contact.name })).toBeVisible();
};

test('two people edit one customer: both versions are shown field by field, and the input stays', async ({ page }) => {
  const customer = await createCustomer(unique('conflict'), { contact: { company: 'Engines', phone: '1' } });
  await openPage(page, customer);
  await page.getByRole('button', { name: 'Edit Contact Info' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Company/ }).fill('Engines of Ada');
  await dialog.getByRole('textbox', { name: /^City/ }).fill('Bath');
  const theirs = { company: 'Engines & Sons', phone: '2' };
  await asAdministrator('PATCH', `/v1/customers/${customer.id}/contact`, { body: theirs, want: 200 });
  await dialog.getByRole('button', { name: 'OK' }).click();
  const conflict = dialog.getByRole('alert').filter({ hasText: 'Somebody else has changed this' });
  await expect(conflict.getByRole('row', { name: 'Company' })).toContainText('Engines of AdaEngines & Sons');
  await expect(conflict.getByRole('row')).toHaveCount(2);
  await expect(dialog.getByRole('textbox', { name: /^Company/ })).toHaveValue('Engines of Ada');
  await expect(dialog.getByRole('textbox', { name: /^Phone/ })).toHaveValue('2');
  await expectAccessible(page);
  await conflict.getByRole('button', { name: 'Keep mine and save' }).click();
  await expect(dialog).toBeHidden();
  const { body } = await asAdministrator('GET', `/v1/customers/${customer.id}`);
  expect(body.contact).toMatchObject({ company: 'Engines of Ada', phone: '2', city: 'Bath' });
});

test('changes of different fields do not conflict', async ({ page }) => {
  const customer = await createCustomer(unique('merge'));
  await openPage(page, customer);
  await page.getByRole('button', { name: 'Edit Contact Info' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^City/ }).fill('Bath');
  await asAdministrator('PATCH', `/v1/customers/${customer.id}/contact`, { body: { phone: '2' }, want: 200 });
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog).toBeHidden();
  const { body } = await asAdministrator('GET', `/v1/customers/${customer.id}`);
  expect(body.contact).toMatchObject({ phone: '2', city: 'Bath' });
});

test('subscriptions and websites are added, switched off and removed', async ({ page }) => {
  const customer = await createCustomer(unique('sites'));
  const domain = `${unique('site')}.example`;
  await openPage(page, customer);
  await page.getByRole('button', { name: 'Add Subscription' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Domain', exact: true }).fill(domain);
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  const sites = page.getByRole('list', { name: `Websites of ${domain}` });
  await expect(sites.getByText(domain)).toBeVisible();
  await page.getByRole('button', { name: `Add Website: ${domain}` }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Domain', exact: true }).fill(`shop.${domain}`);
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(sites.getByRole('listitem')).toHaveCount(2);
  await expectAccessible(page);
  const shop = sites.getByRole('listitem').filter({ hasText: `shop.${domain}` });
  await shop.getByRole('checkbox').click();
  await page.getByRole('dialog').getByLabel('Reason').fill('Phishing');
  await page.getByRole('dialog').getByLabel('Public message').fill('Closed for a check.');
  await expectAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
  await expect(shop).toContainText('Phishing');
  await expect(shop.getByRole('checkbox')).not.toBeChecked();
  const gate = async () => (await asAdministrator('GET', `/v1/gate/shop.${domain}`)).body;
  await expect.poll(gate).toMatchObject({ open: false, publicMessage: 'Closed for a check.' });
  await page.getByRole('button', { name: `Actions: ${domain}` }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('Suspended', { exact: true })).toBeVisible();
});

test('panel users, the schedule and the place in the list', async ({ page }) => {
  const prefix = unique('place');
  const first = await createCustomer(`${prefix}-1`);
  const second = await createCustomer(`${prefix}-2`);
  await enter(page, `/customers?search=${prefix}`);
  await page.getByRole('link', { name: first.login }).click();
  await page.getByRole('tab', { name: 'Schedule' }).click();
  await page.getByRole('textbox', { name: 'Date' }).first().fill('2031-05-06');
  await page.getByRole('textbox', { name: 'Time' }).first().fill('12:30');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(sidebar(page)).toContainText('Will be suspended on 6 May 2031');
  await page.getByRole('button', { name: 'Remove the schedule' }).click();
  await expect(sidebar(page)).not.toContainText('Will be suspended');
  const isLast = await page.getByRole('button', { name: 'Next customer' }).isDisabled();
  await page.getByRole('button', { name: isLast ? 'Previous customer' : 'Next customer' }).click();
  await expect(page.getByRole('heading', { level: 1, name: second.login })).toBeVisible();
  await expect(page).toHaveURL(/tab=schedule/);
  await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'Customers' }).click();
  await expect(page).toHaveURL(new RegExp(`search=${prefix}`));
});

test('a schedule that somebody else changed is shown before it is removed', async ({ page }) => {
  const customer = await createCustomer(unique('planned'));
  const address = `/v1/customers/${customer.id}`;
  const plan = (suspendAt) => asAdministrator('PUT', `${address}/schedule`, { body: { suspendAt }, want: 200 });
  const read = async () => (await asAdministrator('GET', address, { want: 200 })).body.schedule;
  await plan('2031-05-06T12:00:00Z');
  await openPage(page, customer);
  await page.getByRole('tab', { name: 'Schedule' }).click();
  const day = page.getByRole('textbox', { name: 'Date' }).first();
  await expect(day).toHaveValue(/2031.05.06/);
  await plan('2031-05-20T12:00:00Z');
  await page.getByRole('button', { name: 'Remove the schedule' }).click();
  await expect(page.getByText('Somebody has changed this meanwhile.')).toBeVisible();
  await expect(day).toHaveValue(/2031.05.20/);
  await expectAccessible(page);
  expect((await read()).suspendAt).toBe('2031-05-20T12:00:00Z');
  await asAdministrator('PATCH', `${address}/contact`, { body: { company: 'Engines' }, want: 200 });
  await page.getByRole('button', { name: 'Remove the schedule' }).click();
  await expect(page.getByText('Somebody has changed this meanwhile.')).toBeHidden();
  await expect.poll(read).toBeUndefined();
});

// holdRequests holds requests to the address until the function that it returns is called.
async function holdRequests(page, address) {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  await page.route(address, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test('a schedule is saved twice, and one that somebody else changed is compared', async ({ page }) => {
  const customer = await createCustomer(unique('twice'));
  const address = `/v1/customers/${customer.id}`;
  await asAdministrator('PUT', `${address}/schedule`, { body: { suspendAt: '2031-05-06T12:00:00Z' }, want: 200 });
  await openPage(page, customer);
  await page.getByRole('tab', { name: 'Schedule' }).click();
  const read = async () => (await asAdministrator('GET', address, { want: 200 })).body.schedule.reason;
  for (const reason of ['Invoice 17', 'Invoice 18']) {
    await page.getByLabel('Reason').fill(reason);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(read).toBe(reason);
    await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
  }
  const release = await holdRequests(page, `**${address}/schedule`);
  await page.getByLabel('Reason').fill('Invoice 18, second reminder');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Reason')).not.toBeEditable();
  release();
  await expect.poll(read).toBe('Invoice 18, second reminder');
  await page.getByLabel('Reason').fill('Invoice 19');
  const body = { suspendAt: '2031-05-06T12:00:00Z', reason: 'Phishing' };
  await asAdministrator('PUT', `${address}/schedule`, { body, want: 200 });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: /Reason/ })).toContainText('Phishing');
  await expect(page.getByLabel('Reason')).toHaveValue('Invoice 19');
  await page.getByRole('button', { name: 'Keep mine and save' }).click();
  await expect.poll(read).toBe('Invoice 19');
});

test('a customer that does not exist is explained, and one that became a reseller is found', async ({ page }) => {
  await enter(page, '/customers/cus_01M8KJVAN63WMCBR94HCZJ0000');
  await expect(page.getByRole('heading', { level: 1, name: 'This account does not exist' })).toBeVisible();
  await expectAccessible(page);
  const reseller = await createReseller(unique('was-customer'));
  await page.goto(`/customers/${reseller.id}`);
  await expect(page).toHaveURL(new RegExp(`/resellers/${reseller.id}`));
  await expect(page.getByRole('heading', { level: 1, name: reseller.login })).toBeVisible();
});

test('the page fits a phone, and speaks German', async ({ browser, baseURL }) => {
  const customer = await createCustomer(unique('mobil'));
  const manager = await createReseller(unique('deutsch'), { contact: { locale: 'de' } });
  await asAdministrator('POST', `/v1/customers/${customer.id}/move`, { body: { owner: manager.id }, want: 202 });
  const owner = async () => (await asAdministrator('GET', `/v1/customers/${customer.id}`)).body.owner.id;
  await expect.poll(owner).toBe(manager.id);
  const context = await browser.newContext({ locale: 'de-DE', baseURL, viewport: { width: 375, height: 700 } });
  const page = await context.newPage();
  await page.goto(`/customers/${customer.id}`);
  await page.getByLabel('Anmeldename', { exact: true }).fill(manager.login);
  await page.getByLabel('Passwort', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await expect(page.getByRole('button', { name: 'Kontaktdaten bearbeiten' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'In Reseller umwandeln' })).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await context.close();
});

test('a busy account links to its operation, and the trail names who did what', async ({ page }) => {
  const customer = await createCustomer(unique('busy'));
  const reseller = await createReseller(unique('seller'));
  await asAdministrator('POST', `/v1/customers/${customer.id}/move`, { body: { owner: reseller.id }, want: 202 });
  const owner = async () => (await asAdministrator('GET', `/v1/customers/${customer.id}`)).body.owner.id;
  await expect.poll(owner).toBe(reseller.id);
  await openPage(page, customer);
  await page.getByRole('tab', { name: 'Audit trail' }).click();
  const moved = page.getByRole('row').filter({ hasText: 'Moved to another owner' });
  await expect(moved).toContainText('Administrator');
  await expect(moved).toContainText(reseller.login);
  await expect(moved).not.toContainText(reseller.id);

  // The removal may end before the page is read again, so the page is shown as it is meanwhile.
  let operation;
  await page.route(`**/v1/customers/${customer.id}`, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    await route.fulfill({ response, json: { ...body, lifecycle: 'moving', operation } });
  });
  const { body } = await asAdministrator('GET', '/v1/operations?limit=1');
  operation = body.items[0].id;
  await page.reload();
  await page.getByRole('link', { name: 'Show the operation' }).click();
  await expect(page).toHaveURL(new RegExp(`/operations/${operation}`));
  await expect(page.getByText('New owner')).toBeVisible();
  await expect(page.getByRole('link', { name: reseller.login })).toBeVisible();
  await expectAccessible(page);
});
