import { expect, test } from 'vitest';
import { allPages, forEach, pageOf } from './all-pages';

test('a list is read page by page until no cursor follows', async () => {
  const pages: Record<string, { items: number[]; nextCursor?: string }> = {
    first: { items: [1, 2], nextCursor: 'b' }, b: { items: [], nextCursor: 'c' }, c: { items: [3], nextCursor: '' },
  };
  expect(await allPages((cursor) => Promise.resolve(pages[cursor ?? 'first'] ?? { items: [] }))).toEqual([1, 2, 3]);
});

test('work is done some at a time, and the results have the order of the items', async () => {
  let running = 0;
  let most = 0;
  const results = await forEach(Array.from({ length: 20 }, (_, index) => index), async (item) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, item % 3));
    running--;
    return item * 2;
  });
  expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
  expect(most).toBe(6);
});

test('a whole list is shown page by page', () => {
  expect(pageOf(['a', 'b', 'c'], '', 2)).toEqual({ items: ['a', 'b'], nextCursor: '2', total: 3 });
  expect(pageOf(['a', 'b', 'c'], '2', 2)).toEqual({ items: ['c'], nextCursor: undefined, total: 3 });
});
