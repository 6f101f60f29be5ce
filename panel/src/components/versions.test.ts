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

test('values with parts are compared by their parts', () => {
  const before = { end: { date: '2027-01-31', time: '12:00' } };
  expect(changesBetween(before, { end: { ...before.end } })).toEqual({});
  expect(merge(before, { end: { date: '2027-02-01', time: '12:00' } }, { end: { ...before.end } }).conflicts).toEqual([]);
});
