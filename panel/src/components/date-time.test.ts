import { expect, test } from 'vitest';
import { noTime, toInstant, toLocal } from './date-time';

test('an empty time is no time', () => {
  expect(toInstant(noTime)).toBeUndefined();
});

test('a time without a date, or one that does not exist, is invalid', () => {
  expect(toInstant({ date: '', time: '12:00' })).toBeNull();
  expect(toInstant({ date: '2027-13-01', time: '12:00' })).toBeNull();
});

test('a date without a time is the start of the day', () => {
  expect(toInstant({ date: '2027-01-31', time: '' })).toBe(new Date(2027, 0, 31).toISOString());
});

test('a time is read back as it was written', () => {
  const local = { date: '2027-01-31', time: '09:05' };
  expect(toLocal(toInstant(local) ?? '')).toEqual(local);
});
