import { expect, test } from 'vitest';
import { doneOf, percentOf, remainingSeconds } from './progress';

const counts = { succeeded: 20, failed: 4, cancelled: 1, total: 100 };

test('done are all items with an outcome', () => {
  expect(doneOf(counts)).toBe(25);
});

test('a running operation never shows 100 percent', () => {
  expect(percentOf({ ...counts, state: 'running' })).toBe(25);
  expect(percentOf({ ...counts, succeeded: 95, state: 'running' })).toBe(99);
  expect(percentOf({ ...counts, total: 0, state: 'pending' })).toBe(0);
  expect(percentOf({ ...counts, state: 'cancelled' })).toBe(100);
});

test('the remaining time follows the speed since the first observation', () => {
  expect(remainingSeconds(counts, { at: 0, done: 0 }, 10_000)).toBe(30);
  expect(remainingSeconds(counts, { at: 0, done: 20 }, 10_000)).toBe(150);
});

test('without progress, the remaining time is unknown', () => {
  expect(remainingSeconds(counts, { at: 0, done: 25 }, 10_000)).toBeUndefined();
  expect(remainingSeconds(counts, { at: 0, done: 0 }, 500)).toBeUndefined();
});
