import { expect, test } from 'vitest';
import { addressOf, groupsOf, matches } from './entries';
import { remember, visitsOf, type Visit } from './recent';

const visit = (id: string, name: string): Visit => ({ kind: 'customer', id, name, path: `/customers/${id}` });
const nothing = { search: '', visits: [], actions: [], found: [], screens: [] };

test('paths of the API become addresses of the panel', () => {
  expect(addressOf('/v1/customers/cus_1')).toBe('/customers/cus_1');
  expect(addressOf('/v1/subscriptions/sub_1/websites')).toBe('/subscriptions/sub_1');
  expect(addressOf('/v1/reseller-plans/rpl_1')).toBe('/reseller-plans/rpl_1');
});

test('words match at any place, without regard to case and accents', () => {
  expect(matches('Søren Ångström', 'ang SØR')).toBe(true);
  expect(matches('Söhne & Co', 'sohne')).toBe(true);
  expect(matches('Ada Lovelace', 'ada byron')).toBe(false);
});

test('recent objects come first and are not repeated', () => {
  const found = [
    { kind: 'customer', id: 'cus_1', name: 'Ada', path: '/v1/customers/cus_1', match: { field: 'name', value: 'Ada' } },
    { kind: 'website', id: 'web_1', name: 'ada.example', path: '/v1/subscriptions/sub_1/websites', match: { field: 'domain', value: 'ada.example' } },
  ] as const;
  const groups = groupsOf({ ...nothing, search: 'ada', visits: [visit('cus_1', 'Ada'), visit('cus_2', 'Bob')], found });
  expect(groups.map(({ name, entries }) => [name, entries.map(({ key }) => key)])).toEqual([['recent', ['cus_1']], ['objects', ['web_1']]]);
});

test('without a search, recent objects, actions and screens are offered', () => {
  const run = () => undefined;
  const groups = groupsOf({ ...nothing, visits: [visit('cus_1', 'Ada')], actions: [{ id: 'edit', label: 'Edit', run }], screens: [{ path: '/customers', label: 'Customers' }] });
  expect(groups.map(({ name }) => name)).toEqual(['recent', 'actions', 'screens']);
});

test('visits are kept once each, newest first, and only for their account', () => {
  const many = Array.from({ length: 12 }, (_, index) => visit(`cus_${index}`, `Customer ${index}`)).reduce<Visit[]>(remember, []);
  expect(many.map(({ id }) => id)).toEqual(['cus_11', 'cus_10', 'cus_9', 'cus_8', 'cus_7', 'cus_6', 'cus_5', 'cus_4']);
  expect(remember(many, visit('cus_9', 'New name'))[0]).toEqual(visit('cus_9', 'New name'));
  expect(visitsOf({ account: 'adm_1', visits: many }, 'res_1')).toEqual([]);
});
