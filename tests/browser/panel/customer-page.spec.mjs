// The page of a customer: the guide's chapters on one customer, with the guide's words.
import { asAdministrator, mails } from '../stack.mjs';
import { callAs, createCustomer, createReseller, enter, expect, expectAccessible, password, test, unique } from './panel.mjs';

const openPage = async (page, customer, options) => {
  await enter(page, `/customers/${customer.id}`, options);
  await expect(page.getByRole('heading', { level: 1, name: customer.contact.name })).toBeVisible();
};
const sidebar = (page) => page.getByRole('complementary');

test('Changing Contact Information: open the customer, Edit Contact Info, OK', async ({ page }) => {
  const customer = await createCustomer(unique('contact'));
  await enter(page, `/customers?search=${customer.login}`);
  await page.getByRole('link', { name: customer.contact.name }).click();
  await page.getByRole('button', { name: 'Edit Contact Info' }).click();
  const dialog = page.getByRole('dialog');
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByText('This field is required.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill("Ada O'Neil <b>x");
  await dialog.getByRole('textbox', { name: /^Phone/ }).fill('+44 20 7946 0018');
  await dialog.getByRole('button', { name: /^Country/ }).click();
  await page.getByRole('option', { name: 'Germany' }).click();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('heading', { level: 1, name: "Ada O'Neil <b>x" })).toBeVisible();
  await expect(sidebar(page)).toContainText('+44 20 7946 0018');
  await expect(page.getByRole('button', { name: 'Edit Contact Info' })).toBeFocused();
  await page.getByRole('tab', { name: 'Audit trail' }).click();
  const entry = page.getByRole('row').filter({ hasText: 'Contact info changed' });
  await expect(entry).toContainText('Phone: +44 20 7946 0018');
  await expect(entry).toContainText('Germany');
  await expect(page).toHaveURL(/\?tab=trail$/);
  await expectAccessible(page);
  const { body } = await asAdministrator('GET', `/v1/customers/${customer.id}`);
  expect(body.contact).toMatchObject({ name: "Ada O'Neil <b>x", phone: '+44 20 7946 0018', country: 'DE' });
});

test('Changing Username and Password: Change Login Info, OK', async ({ page }) => {
  const customer = await createCustomer(unique('login'));
  const taken = await createCustomer(unique('taken'));
  await openPage(page, customer);
  await page.getByRole('button', { name: 'Change Login Info' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Login/ }).fill(taken.login);
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByRole('alert')).toContainText(/login/i);
  const login = unique('renamed');
  await dialog.getByRole('textbox', { name: /^Login/ }).fill(login);
  await dialog.getByRole('button', { name: 'Generate' }).click();
  const secret = await dialog.getByRole('textbox', { name: /^New password/ }).inputValue();
  expect(secret.length).toBeGreaterThan(19);
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog).toBeHidden();
  await expect(sidebar(page)).toContainText(login);
  const answer = await fetch(new URL('/v1/sessions', page.url()), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password: secret }),
  });
  expect(answer.status).toBe(201);
});

test('Resetting a Password: Show link next to Password reset link, and Send to Email', async ({ page }) => {
  const customer = await createCustomer(unique('reset'));
  await openPage(page, customer);
  await page.getByRole('button', { name: 'Change Login Info' }).click();
  const dialog = page.getByRole('dialog');
  const section = dialog.getByRole('region', { name: 'Password reset link' });
  await section.getByRole('button', { name: 'Show link' }).click();
  const link = section.getByText(/\/reset-password/);
  await expect(link).toBeVisible();
  await expect(section.getByRole('button', { name: 'Copy the link' })).toBeVisible();
  await expectAccessible(page);
  const before = (await mails(customer.contact.email, 0)).length;
  await section.getByRole('button', { name: 'Send to Email' }).click();
  await expect(section).toContainText(`A link was sent to ${customer.contact.email}.`);
  await mails(customer.contact.email, before + 1);
  await page.goto((await link.innerText()).trim());
  await page.getByLabel('New password', { exact: true }).fill('nine quiet otters row home');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible();
});

test('Adding Descriptions: [add description], [edit], and the list shows the description', async ({ page }) => {
  const customer = await createCustomer(unique('note'));
  await openPage(page, customer);
  await page.getByRole('button', { name: '[add description]' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Pays by invoice.');
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('Pays by invoice.');
  await page.getByRole('button', { name: '[edit]' }).click();
  await expectAccessible(page);
  await page.getByRole('dialog').getByRole('textbox').fill('Pays by card.');
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('Pays by card.');
  await page.goto(`/customers?search=${customer.login}`);
  await expect(page.getByRole('row').filter({ hasText: customer.login })).toContainText('Pays by card.');
});

test('the administrator and a reseller have separate descriptions of the same customer', async ({ page }) => {
  const reseller = await createReseller(unique('owner'));
  const asReseller = await callAs(reseller.login);
  const login = unique('shared');
  const { body: customer } = await asReseller('POST', '/v1/customers', {
    body: { login, contact: { name: login, email: `${login}@example.com` }, description: 'The note of the reseller.' }, want: 201,
  });
  await openPage(page, customer);
  await expect(sidebar(page)).toContainText('The note of the reseller.');
  await page.getByRole('button', { name: '[add description] Your description' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('The note of the administrator.');
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('The note of the administrator.');
  const { body } = await asReseller('GET', `/v1/customers/${customer.id}`);
  expect(body.description).toBe('The note of the reseller.');
  expect(body.adminDescription).toBeUndefined();
});

test('Suspending and activating a single account: Change Status in the sidebar', async ({ page }) => {
  const customer = await createCustomer(unique('status'));
  await openPage(page, customer);
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Reason/ }).fill('Invoice 17 is unpaid.');
  await dialog.getByRole('textbox', { name: /^Public message/ }).fill('Please pay.');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('This account is suspended')).toBeVisible();
  await expect(page.getByText('Reason: Invoice 17 is unpaid.')).toBeVisible();
  await expect(sidebar(page).getByText('Suspended', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Activate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByText('This account is suspended')).toBeHidden();
  await expect(sidebar(page).getByText('Active', { exact: true })).toBeVisible();
});

test('two people edit one customer: both versions are shown field by field, and the input stays', async ({ page }) => {
  const customer = await createCustomer(unique('conflict'), { contact: { company: 'Engines', phone: '1' } });
  await openPage(page, customer);
  await page.getByRole('button', { name: 'Edit Contact Info' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Company/ }).fill('Engines of Ada');
  await dialog.getByRole('textbox', { name: /^City/ }).fill('Bath');
  await asAdministrator('PATCH', `/v1/customers/${customer.id}/contact`, { body: { company: 'Engines & Sons', phone: '2' }, want: 200 });
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
  await page.getByRole('dialog').getByRole('textbox', { name: /^Domain/ }).fill(domain);
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  const sites = page.getByRole('list', { name: `Websites of ${domain}` });
  await expect(sites.getByText(domain)).toBeVisible();
  await page.getByRole('button', { name: `Add Website: ${domain}` }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: /^Domain/ }).fill(`shop.${domain}`);
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(sites.getByRole('listitem')).toHaveCount(2);
  await expectAccessible(page);
  const shop = sites.getByRole('listitem').filter({ hasText: `shop.${domain}` });
  await shop.getByRole('checkbox').click();
  await expect(shop.getByRole('checkbox')).not.toBeChecked();
  await expect.poll(async () => (await asAdministrator('GET', `/v1/gate/shop.${domain}`)).body.open).toBe(false);
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
  const other = async () => (await page.getByRole('button', { name: 'Next customer' }).isDisabled() ? 'Previous customer' : 'Next customer');
  await page.getByRole('button', { name: await other() }).click();
  await expect(page.getByRole('heading', { level: 1, name: second.login })).toBeVisible();
  await expect(page).toHaveURL(/tab=schedule/);
  await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'Customers' }).click();
  await expect(page).toHaveURL(new RegExp(`search=${prefix}`));
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
  await expect.poll(async () => (await asAdministrator('GET', `/v1/customers/${customer.id}`)).body.owner.id).toBe(manager.id);
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

test('Moving and converting a single customer, and removing it: the page shows what happens', async ({ page }) => {
  const reseller = await createReseller(unique('new-owner'));
  const customer = await createCustomer(unique('moves'));
  await openPage(page, customer);
  await page.getByRole('button', { name: 'Move to another' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^New owner/ }).click();
  await page.getByRole('searchbox', { name: 'Search' }).or(page.getByRole('combobox', { name: 'Search' })).first().fill(reseller.login);
  await page.getByRole('option', { name: reseller.login }).click();
  await expect(dialog.getByText('This is possible.')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page).getByRole('link', { name: reseller.login })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('navigation', { name: 'Breadcrumbs' })).toContainText(reseller.login);
  await expect(page.getByRole('button', { name: 'Convert to Reseller' })).toBeEnabled({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Convert to Reseller' }).click();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(page).toHaveURL(new RegExp(`/resellers/${customer.id}$`), { timeout: 30_000 });
  const other = await createCustomer(unique('goes'));
  await page.goto(`/customers/${other.id}`);
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await dialog.getByRole('button', { name: 'Yes' }).click();
  await expect(page).toHaveURL(/\/customers$/, { timeout: 30_000 });
});
