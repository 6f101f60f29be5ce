// The list and the page of resellers.
import { asAdministrator } from '../stack.mjs';
import { createReseller, enter, expect, expectAccessible, test, unique } from './panel.mjs';

test('a reseller is added, limited, suspended and activated', async ({ page }) => {
  const login = unique('reseller');
  await enter(page, '/resellers');
  await expect(page.getByRole('heading', { level: 1, name: 'Resellers' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add Reseller' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Grace Hosting');
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill(`${login}@example.com`);
  await page.getByRole('textbox', { name: /^Login/ }).fill(login);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add Reseller' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Grace Hosting' })).toBeVisible();
  await page.getByRole('tab', { name: 'Resources' }).click();
  await expect(page.getByRole('row', { name: /^Customers/ })).toContainText('Unlimited');
  await page.getByRole('button', { name: 'Change the limits' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: /May give out more/ }).check();
  await page.setViewportSize({ width: 1280, height: 2400 }); // axe does not see labels that are scrolled out of view
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('May give out more than it has.')).toBeVisible();
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('This account is suspended')).toBeVisible();
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Activate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByText('This account is suspended')).toBeHidden();
});

test('removing a reseller moves its customers to the administrator', async ({ page }) => {
  const reseller = await createReseller(unique('leaves'));
  const login = unique('stays');
  const { body: customer } = await asAdministrator('POST', '/v1/customers', {
    body: { login, contact: { name: login, email: `${login}@example.com` }, owner: reseller.id }, want: 201,
  });
  await enter(page, `/resellers/${reseller.id}`);
  await expect(page.getByRole('row').filter({ hasText: login })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('complementary').getByRole('button', { name: 'Remove', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('radio', { name: /Move them to another owner/ })).toBeChecked();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Yes' }).click();
  await expect(page).toHaveURL(/\/resellers$/);
  const ownerOf = async () => (await asAdministrator('GET', `/v1/customers/${customer.id}`)).body.owner.id;
  await expect.poll(ownerOf, { timeout: 30_000 }).toBe('administrator');
  const status = async () => (await asAdministrator('GET', `/v1/resellers/${reseller.id}`)).status;
  await expect.poll(status, { timeout: 30_000 }).toBe(404);
});

for (const [language, tab] of [['en', 'Audit trail'], ['de', 'Protokoll']]) {
  test(`all tabs of a reseller are in view: ${language}`, async ({ page }) => {
    const login = unique('tabs');
    const { id } = await createReseller(login);
    await page.addInitScript((preferences) => {
      localStorage.setItem('tenantry.preferences', JSON.stringify(preferences));
    }, { language });
    const german = { login: 'Anmeldename', password: 'Passwort', submit: 'Anmelden' };
    await enter(page, `/resellers/${id}`, language === 'de' ? { labels: german } : {});
    await expect(page.getByRole('tab', { name: tab })).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('tab')).toHaveCount(7);
  });
}
