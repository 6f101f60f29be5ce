import { expect, test, vi } from 'vitest';

// The preferences of the list come from the browser.
vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
vi.stubGlobal('location', new URL('http://panel/'));
const { findNeighbour, hasNeighbour } = await import('./place');

const place = { address: '/customers?status=active&page=2&cursor=two', ids: ['c', 'd'], nextCursor: 'three', cursors: ['', 'two'] };
const load = (cursor: string) => Promise.resolve({
  '': { items: [{ id: 'a' }, { id: 'b' }], nextCursor: 'two' }, three: { items: [{ id: 'e' }] },
}[cursor] ?? { items: [] });

test('neighbours on the same page need no request', async () => {
  expect(await findNeighbour(place, 'c', 1, () => { throw new Error('a request'); })).toEqual({ id: 'd', place });
});

test('after the last customer of a page comes the first of the next page', async () => {
  const next = await findNeighbour(place, 'd', 1, load);
  expect(next?.id).toBe('e');
  expect(next?.place).toEqual({
    address: '/customers?status=active&page=3&cursor=three', ids: ['e'], nextCursor: '', cursors: ['', 'two', 'three'], owner: undefined,
  });
  expect(next && hasNeighbour(next.place, 'e', 1)).toBe(false);
});

test('before the first customer of a page comes the last of the previous page', async () => {
  const previous = await findNeighbour(place, 'c', -1, load);
  expect(previous?.id).toBe('b');
  expect(previous?.place.address).toBe('/customers?status=active');
  expect(previous && hasNeighbour(previous.place, 'a', -1)).toBe(false);
});

test('a customer outside the list has no neighbours', () => {
  expect(hasNeighbour(place, 'x', 1)).toBe(false);
});
