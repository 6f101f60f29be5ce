import { expect, test } from 'vitest';
import { changesBetween, merge } from './versions';

const base = { name: 'Ada', phone: '1', city: 'Bath' };

test('changesBetween has only the fields that differ', () => {
  expect(changesBetween(base, { ...base, phone: '2' })).toEqual({ phone: '2' });
  expect(changesBetween(base, { ...base })).toEqual({});
});

test('fields that one person changed are taken over', () => {
  const merged = merge(base, { ...base, name: 'Ada King' }, { ...base, phone: '2' });
  expect(merged).toEqual({ values: { name: 'Ada King', phone: '2', city: 'Bath' }, conflicts: [] });
});

test('fields that both changed differently are conflicts and keep my value', () => {
  const merged = merge(base, { ...base, name: 'Ada King', phone: '3' }, { ...base, name: 'Ada Byron', phone: '3' });
  expect(merged).toEqual({ values: { name: 'Ada King', phone: '3', city: 'Bath' }, conflicts: ['name'] });
});

test('fields that hold objects are compared by their content', () => {
  const quota = { size: { amount: '1', measure: 'GB' } };
  const same = { size: { amount: '1', measure: 'GB' } };
  const other = { size: { amount: '2', measure: 'GB' } };
  expect(changesBetween(quota, same)).toEqual({});
  expect(merge(quota, same, other)).toEqual({ values: other, conflicts: [] });
  expect(merge(quota, other, { size: { amount: '3', measure: 'GB' } }).conflicts).toEqual(['size']);
});
