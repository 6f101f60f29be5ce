import { expect, test } from 'vitest';
import { readState, writeState, type ListState } from './state';

const filters = ['status', 'owner'];
const read = (query: string) => readState(new URLSearchParams(query), filters);
const first: ListState = { search: '', sort: '', filters: {}, page: 1, cursor: '' };

test('an address without parameters is the first page without search and filter', () => {
  expect(read('')).toEqual(first);
});

test('an address that was written is read back', () => {
  const state: ListState = { search: 'müller & co', sort: '-created', filters: { status: 'active' }, page: 3, cursor: 'a_b' };
  expect(read(writeState(new URLSearchParams(), state, filters).toString())).toEqual(state);
});

test('the first page has no cursor in its address', () => {
  expect(writeState(new URLSearchParams('page=2&cursor=x'), first, filters).toString()).toBe('');
});

test('parameters of others stay in the address', () => {
  expect(writeState(new URLSearchParams('tab=backups&search=old'), { ...first, search: 'new' }, filters).toString())
    .toBe('tab=backups&search=new');
});

test('a page number without a cursor is the first page', () => {
  for (const query of ['page=3', 'page=3&cursor=', 'cursor=x', 'page=0&cursor=x', 'page=x&cursor=x', 'page=1.5&cursor=x']) {
    expect(read(query)).toEqual(first);
  }
});

test('filters that the list does not know are ignored', () => {
  expect(read('status=active&color=red').filters).toEqual({ status: 'active' });
});
