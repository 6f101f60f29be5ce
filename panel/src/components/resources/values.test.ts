import { expect, test } from 'vitest';
import { allotmentsOf, checkValues, toSet, toValues, type Descriptor } from './values';

const descriptor: Descriptor = {
  allotments: [
    { name: 'disk_space', title: 'Disk space', unit: 'bytes', for: ['subscription', 'reseller'] },
    { name: 'max_site', title: 'Websites', unit: 'pieces', for: ['subscription', 'reseller'] },
    { name: 'max_cl', title: 'Customers', unit: 'pieces', for: ['reseller'] },
  ],
  permissions: [{ name: 'manage_dns', title: 'Manage DNS', forbids: 'Changing records.', enforcedBy: 'hosting-node' }],
  applications: [{ name: 'joomla', title: 'Joomla' }, { name: 'wordpress', title: 'WordPress' }],
};

test('each holder has its allotments', () => {
  expect(allotmentsOf(descriptor, 'subscription').map(({ name }) => name)).toEqual(['disk_space', 'max_site']);
  expect(allotmentsOf(descriptor, 'reseller').map(({ name }) => name)).toEqual(['disk_space', 'max_site', 'max_cl']);
});

test('what a set does not name is unlimited or not granted', () => {
  expect(toSet(descriptor, 'subscription', toValues(descriptor, 'subscription', {}))).toEqual({
    allotments: { disk_space: -1, max_site: -1 }, permissions: { manage_dns: false }, applications: [],
  });
});

test('a set that was edited by nobody stays as it was', () => {
  const set = {
    allotments: { disk_space: 1610612736, max_site: 0, max_cl: 7 }, permissions: { manage_dns: true }, applications: ['joomla', 'wordpress'],
  };
  expect(toSet(descriptor, 'reseller', toValues(descriptor, 'reseller', set, ','))).toEqual(set);
});

test('invalid amounts are reported at their pointers', () => {
  const values = toValues(descriptor, 'subscription', {});
  values['/allotments/max_site'] = { isUnlimited: false, amount: '1.5', measure: '' };
  expect(checkValues(values, 'wrong', '/resources')).toEqual({ '/resources/allotments/max_site': 'wrong' });
  expect(checkValues(toValues(descriptor, 'subscription', {}), 'wrong')).toEqual({});
  const form = { ...toValues(descriptor, 'subscription', {}), expiresAt: { date: '', time: '' } };
  expect(checkValues(form, 'wrong')).toEqual({});
});
