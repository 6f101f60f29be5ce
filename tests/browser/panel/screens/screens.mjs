// What the tests of the screens share: the objects that the screens show, the addresses of the screens by role, and the
// pictures in .local/screenshots/.
import { fileURLToPath } from 'node:url';
import { asAdministrator } from '../../stack.mjs';
import { callAs, createCustomer, createReseller, expect, expectAccessible, test, unique } from '../panel.mjs';

const folder = fileURLToPath(new URL('../../../../.local/screenshots/', import.meta.url));
const viewport = { width: 1280, height: 800 };

const post = async (path, body, want = 201) => (await asAdministrator('POST', path, { body, want })).body;
const person = (name, company, rest) => ({ contact: { name, company, ...rest } });

// objects creates what the screens show, once for all tests of a file.
let created;
export const objects = () => (created ??= createObjects());

async function createObjects() {
  const login = unique('screens');
  const reseller = await createReseller(unique('seller'), person('Grace Hosting', 'Grace Ltd'));
  const customer = await createCustomer(login, {
    ...person('Ada Lovelace', 'Analytical Engines', { city: 'London', country: 'GB', phone: '+44 20 7946 0018' }),
    description: 'Pays by invoice.',
  });
  const allotments = { max_cl: 10, max_site: 5, max_box: 25 };
  const resellerPlan = await post('/v1/reseller-plans', { name: unique('Gold'), allotments });
  const servicePlan = await post('/v1/service-plans', { name: unique('Business'), allotments: { max_box: 25 } });
  const hosting = { domain: `${login}.example`, servicePlan: servicePlan.id };
  const subscription = await post(`/v1/customers/${customer.id}/subscriptions`, hosting);
  await post(`/v1/subscriptions/${subscription.id}/websites`, { domain: `shop.${login}.example` });
  const user = unique('clerk');
  await addPanelUser(customer, user);
  const babbage = person('Charles Babbage', 'Difference Engines');
  const held = await createCustomer(unique('held'), { ...babbage, owner: reseller.id });
  await post(`/v1/customers/${held.id}/subscriptions`, { domain: `${held.login}.example`, servicePlan: 'custom' });
  const suspension = { items: [{ customer: held.id }], reason: 'Invoice 17 is unpaid.' };
  const accepted = await post('/v1/customers/suspend', suspension, 202);
  const { plan, operation } = await createAsReseller(reseller, held);
  return {
    customer, held, reseller, resellerPlan, servicePlan, subscription, user, operation: accepted.id,
    ofReseller: { plan, operation },
  };
}

async function addPanelUser({ id, login }, user) {
  const asCustomer = await callAs(login);
  const email = `${user}@example.com`;
  const body = { login: user, password: 'seven wet umbrellas sing', email, name: 'Mary Somerville' };
  await asCustomer('POST', `/v1/customers/${id}/panel-users`, { body, want: 201 });
}

// createAsReseller creates a plan and an operation of the reseller.
async function createAsReseller(reseller, customer) {
  const asReseller = await callAs(reseller.login);
  const starter = { name: 'Starter', allotments: { max_box: 5 } };
  const { body: plan } = await asReseller('POST', '/v1/service-plans', { body: starter, want: 201 });
  const suspension = { items: [{ customer: customer.id }], reason: 'Invoice 18.' };
  const { body: operation } = await asReseller('POST', '/v1/customers/suspend', { body: suspension, want: 202 });
  return { plan: plan.id, operation: operation.id };
}

// roles returns, for each role, the login and the addresses of the screens by name.
export function roles(shown) {
  const { customer, held, reseller, resellerPlan, servicePlan, subscription, user, operation, ofReseller } = shown;
  const pageOf = (name, path) => ({
    [name]: path, [`${name}-panel-users`]: `${path}?tab=users`, [`${name}-backups`]: `${path}?tab=backups`,
    [`${name}-schedule`]: `${path}?tab=schedule`, [`${name}-audit-trail`]: `${path}?tab=trail`,
  });
  const own = {
    websites: '/websites',
    'api-tokens': '/api-tokens', account: '/account', 'account-password': '/account?tab=password',
    'account-sign-ins': '/account?tab=sign-ins', 'account-view': '/account?tab=view', 'not-found': '/no-such-page',
  };
  const subscriptionPages = {
    subscription: `/subscriptions/${subscription.id}`,
    'subscription-resources': `/subscriptions/${subscription.id}?tab=resources`,
    'subscription-backups': `/subscriptions/${subscription.id}?tab=backups`,
  };
  return {
    administrator: {
      login: undefined,
      screens: {
        customers: '/customers', 'customers-filter': '/customers?status=suspended',
        'customers-no-match': '/customers?search=nobody-has-this',
        'add-customer': '/customers/new', ...pageOf('customer', `/customers/${customer.id}`),
        'customer-suspended': `/customers/${held.id}`,
        resellers: '/resellers', 'add-reseller': '/resellers/new', ...pageOf('reseller', `/resellers/${reseller.id}`),
        'reseller-resources': `/resellers/${reseller.id}?tab=resources`,
        'reseller-subscriptions': `/resellers/${reseller.id}?tab=subscriptions`,
        subscriptions: `/subscriptions?search=${subscription.domain}`,
        'subscriptions-start': '/subscriptions',
        ...subscriptionPages,
        'service-plans': '/service-plans', 'add-service-plan': '/service-plans/new',
        'service-plan': `/service-plans/${servicePlan.id}`,
        'reseller-plans': '/reseller-plans', 'add-reseller-plan': '/reseller-plans/new',
        'reseller-plan': `/reseller-plans/${resellerPlan.id}`,
        operations: '/operations', operation: `/operations/${operation}`, backups: '/backups', ...own,
      },
    },
    reseller: {
      login: reseller.login,
      screens: {
        customers: '/customers', 'add-customer': '/customers/new', ...pageOf('customer', `/customers/${held.id}`),
        subscriptions: '/subscriptions',
        'service-plans': '/service-plans', 'add-service-plan': '/service-plans/new',
        'service-plan': `/service-plans/${ofReseller.plan}`,
        operations: '/operations', operation: `/operations/${ofReseller.operation}`, backups: '/backups', ...own,
      },
    },
    customer: {
      login: customer.login,
      screens: {
        subscriptions: '/subscriptions', ...subscriptionPages, 'panel-users': '/panel-users', backups: '/backups',
        ...own,
      },
    },
    'panel-user': { login: user, screens: { subscriptions: '/subscriptions', ...subscriptionPages, ...own } },
  };
}

// look chooses theme and language before the first page is opened.
export const look = (page, theme, language = 'en') => page.addInitScript((chosen) => {
  localStorage.setItem('tenantry.preferences', JSON.stringify(chosen));
}, { theme, language });

// open opens the address and waits until the screen has its data.
export async function open(page, address) {
  await page.goto(address);
  await expect(page.locator('#content').getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('.tn-skeleton, .tn-loading')).toHaveCount(0);
}

// picture saves the screen as .local/screenshots/<name>.png, and checks that it is accessible. The window is as high as
// the screen, because pictures of the full page sometimes close the navigation and cut it off.
export const picture = (page, name, size = viewport) => test.step(name, async () => {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  await page.screenshot({ path: `${folder}${name}.png` });
  await expectAccessible(page);
  await page.setViewportSize(size);
});
