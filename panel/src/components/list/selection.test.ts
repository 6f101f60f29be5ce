import { expect, test } from 'vitest';
import { countOf, isEmpty, nothing, toggle } from './selection';

const idOf = (item: { id: string }) => item.id;

test('toggling adds an item, and removes it by its id', () => {
  const one = toggle([], { id: 'a' }, idOf);
  const two = toggle(one, { id: 'b' }, idOf);
  expect(two.map(idOf)).toEqual(['a', 'b']);
  expect(toggle(two, { id: 'a' }, idOf).map(idOf)).toEqual(['b']);
});

test('a selection of everything that matches is not empty, even if its size is unknown', () => {
  expect(isEmpty(nothing)).toBe(true);
  expect(isEmpty({ kind: 'matching', total: undefined })).toBe(false);
  expect(countOf({ kind: 'matching', total: 1234 })).toBe(1234);
  expect(countOf({ kind: 'matching', total: undefined })).toBeUndefined();
});
