import { expect, test } from 'vitest';
import { doneOf, percentOf, processedOf, remainingSeconds, startOf, stepOf } from './progress';

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

test('an operation has three steps before its end', () => {
  expect([0, 24, 25, 49, 50, 74, 75, 99].map(stepOf)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});

test('the remaining time follows the speed since the first observation', () => {
  expect(remainingSeconds(counts, { at: 0, done: 0 }, 10_000)).toBe(30);
  expect(remainingSeconds(counts, { at: 0, done: 20 }, 10_000)).toBe(150);
});

test('without progress, the remaining time is unknown', () => {
  expect(remainingSeconds(counts, { at: 0, done: 25 }, 10_000)).toBeUndefined();
  expect(remainingSeconds(counts, { at: 0, done: 0 }, 500)).toBeUndefined();
});

test('cancelled items were not processed', () => {
  expect(processedOf({ succeeded: 0, failed: 0 })).toBe(0);
  expect(processedOf(counts)).toBe(24);
});

test('an operation that was cancelled before its time has no start', () => {
  const planned = { createdAt: '2026-11-29T10:00:00Z', startAt: '2026-11-29T12:00:00Z' };
  expect(startOf(planned)).toBe('2026-11-29T12:00:00Z');
  expect(startOf({ ...planned, finishedAt: '2026-11-29T11:00:00Z' })).toBeUndefined();
  expect(startOf({ ...planned, finishedAt: '2026-11-29T12:30:00Z' })).toBe('2026-11-29T12:00:00Z');
  expect(startOf({ createdAt: '2026-11-29T10:00:00Z', finishedAt: '2026-11-29T10:00:01Z' })).toBe('2026-11-29T10:00:00Z');
});
