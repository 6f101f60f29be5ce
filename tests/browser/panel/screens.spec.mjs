// Every main screen of the administrator, in both themes: it is accessible, and its picture is saved in
// .local/screenshots/<theme>/<screen>.png.
import { fileURLToPath } from 'node:url';
import { asAdministrator } from '../stack.mjs';
import { changeStatus, createCustomer, createReseller, dialog, enter, expect, expectAccessible, test, unique } from './panel.mjs';

const folder = fileURLToPath(new URL('../../../.local/screenshots/', import.meta.url));

// createObjects creates what the screens show, once for both themes.
let objects;
const createObjects = () => (objects ??= (async () => {
  const post = async (path, body, want = 201) => (await asAdministrator('POST', path, { body, want })).body;
  const login = unique('screens');
  const reseller = await createReseller(unique('seller'), { contact: { name: 'Grace Hosting', company: 'Grace Ltd' } });
  const customer = await createCustomer(login, {
    contact: { name: 'Ada Lovelace', company: 'Analytical Engines', city: 'London', country: 'GB', phone: '+44 20 7946 0018' },
    description: 'Pays by invoice.',
  });
  const allotments = { max_cl: 10, max_site: 5, max_box: 25 };
  const resellerPlan = await post('/v1/reseller-plans', { name: unique('Gold'), allotments });
  const servicePlan = await post('/v1/service-plans', { name: unique('Business'), allotments: { max_box: 25 } });
  const subscription = await post(`/v1/customers/${customer.id}/subscriptions`, { domain: `${login}.example`, servicePlan: servicePlan.id });
  await post(`/v1/subscriptions/${subscription.id}/websites`, { domain: `shop.${login}.example` });
  const held = await createCustomer(unique('held'), { contact: { name: 'Charles Babbage', company: 'Difference Engines' }, owner: reseller.id });
  await post(`/v1/customers/${held.id}/subscriptions`, { domain: `${held.login}.example`, servicePlan: 'custom' });
  const { id: operation } = await post('/v1/customers/suspend', { items: [{ customer: held.id }], reason: 'Invoice 17 is unpaid.' }, 202);
  return { customer, held, reseller, resellerPlan, servicePlan, subscription, operation };
})());

// screensOf returns the name and the address of each screen.
const screensOf = ({ customer, held, reseller, resellerPlan, servicePlan, subscription, operation }) => ({
  customers: '/customers',
  'customers-filter': '/customers?status=suspended',
  'customers-no-match': '/customers?search=nobody-has-this-name',
  'add-customer': '/customers/new',
  customer: `/customers/${customer.id}`,
  'customer-suspended': `/customers/${held.id}`,
  'customer-panel-users': `/customers/${customer.id}?tab=users`,
  'customer-backups': `/customers/${customer.id}?tab=backups`,
  'customer-schedule': `/customers/${customer.id}?tab=schedule`,
  'customer-audit-trail': `/customers/${customer.id}?tab=trail`,
  resellers: '/resellers',
  'add-reseller': '/resellers/new',
  reseller: `/resellers/${reseller.id}`,
  'reseller-resources': `/resellers/${reseller.id}?tab=resources`,
  subscriptions: `/subscriptions?search=${subscription.domain}`,
  subscription: `/subscriptions/${subscription.id}`,
  'subscription-resources': `/subscriptions/${subscription.id}?tab=resources`,
  'service-plans': '/service-plans',
  'add-service-plan': '/service-plans/new',
  'service-plan': `/service-plans/${servicePlan.id}`,
  'reseller-plans': '/reseller-plans',
  'reseller-plan': `/reseller-plans/${resellerPlan.id}`,
  operations: '/operations',
  websites: '/websites',
  operation: `/operations/${operation}`,
  backups: '/backups',
  'api-tokens': '/api-tokens',
  account: '/account',
  'account-view': '/account?tab=view',
  'not-found': '/no-such-page',
});

// expectDrawn waits until the screen has its data.
async function expectDrawn(page) {
  await expect(page.locator('#content').getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('.tn-skeleton, .tn-loading')).toHaveCount(0);
}

const viewport = { width: 1280, height: 800 };

// fitHeight makes the window as high as the screen. Pictures of the full page sometimes close the navigation and cut it off.
async function fitHeight(page) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...viewport, height: Math.max(viewport.height, height) });
}

for (const theme of ['light', 'dark']) {
  test(`the screens of the administrator, ${theme}`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.addInitScript((chosen) => {
      localStorage.setItem('tenantry.preferences', JSON.stringify({ theme: chosen, language: 'en' }));
    }, theme);
    const check = (name) => test.step(name, async () => {
      await page.screenshot({ path: `${folder}${theme}/${name}.png` });
      await expectAccessible(page);
    });
    const screens = screensOf(await createObjects());
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await check('sign-in');
    await enter(page);
    await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
    await expect(page.locator('body')).toHaveClass(theme === 'dark' ? /awsui-dark-mode/ : /^((?!awsui-dark-mode).)*$/);
    for (const [name, address] of Object.entries(screens)) {
      await page.goto(address);
      await expectDrawn(page);
      await fitHeight(page);
      await check(name);
      await page.setViewportSize(viewport);
    }
    await page.goto(screens.customer);
    await changeStatus(page, 'Suspend');
    await expect(dialog(page)).toContainText('This is possible.');
    await check('suspend-dialog');
    await page.goto('/customers');
    await expectDrawn(page);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'Quick navigation' })).toBeFocused();
    await check('quick-navigation');
  });
}
