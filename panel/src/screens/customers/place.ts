import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'react-router';
import type { Customer } from '../../api/client';
import type { ListPage } from '../../components/list/resource-list';
import { readState, writeState } from '../../components/list/state';
import { preferences } from '../../preferences';
import { loadCustomers } from './load';

const filterIds = ['status', 'owner'];
const defaultLimit = 25;

// Place is where in a list of customers the user is. The browser's history keeps it for the page of a customer, which
// leads from there to the previous and the next customer of the list, and back to the list.
export interface Place {
  address: string; // of the list
  owner?: string; // the reseller whose page has the list
  ids: string[]; // of the customers on the page of the list
  nextCursor: string;
  cursors: string[]; // of the pages up to this one
}

export interface PlaceState { place?: Place }

const limitOf = () => preferences.get().lists?.customers?.pageSize ?? defaultLimit;

const stateOf = (address: string) => readState(new URL(address, 'http://panel').searchParams, filterIds);

// useListPlace returns a function that returns the history state for a link from the list on this screen to a customer.
export function useListPlace(): () => PlaceState {
  const { pathname, search, state } = useLocation() as { pathname: string; search: string; state: { cursors?: string[] } | null };
  const queries = useQueryClient();
  return () => {
    const address = pathname + search;
    const list = stateOf(address);
    const owner = /^\/resellers\/([^/]+)$/.exec(pathname)?.[1];
    const page = queries.getQueryData<ListPage<Customer>>(
      ['customers', owner ?? '', list.search, list.filters, list.sort, limitOf(), list.cursor],
    );
    if (!page) return {};
    const known = state?.cursors ?? [''];
    return { place: { address, owner, ids: page.items.map(({ id }) => id), nextCursor: page.nextCursor ?? '', cursors: known.slice(0, list.page) } };
  };
}

// Neighbour is the previous or the next customer of a list.
export interface Neighbour { id: string; place: Place }

export type Direction = -1 | 1;

// hasNeighbour reports whether the list may have a customer before or after this one.
export function hasNeighbour({ ids, nextCursor, cursors }: Place, id: string, direction: Direction): boolean {
  const index = ids.indexOf(id);
  if (index < 0) return false;
  return ids[index + direction] !== undefined || (direction === 1 ? nextCursor !== '' : cursors.length > 1);
}

type Load = (cursor: string) => Promise<ListPage<{ id: string }>>;

// findNeighbour returns the customer before or after this one. At the ends of the page of the list, it reads the next page
// with load. It returns undefined if there is none.
export async function findNeighbour(place: Place, id: string, direction: Direction, load: Load = loadPage(place)): Promise<Neighbour | undefined> {
  const index = place.ids.indexOf(id);
  const neighbour = place.ids[index + direction];
  if (neighbour !== undefined) return { id: neighbour, place };
  const cursors = direction === 1 ? [...place.cursors, place.nextCursor] : place.cursors.slice(0, -1);
  const cursor = cursors.at(-1) ?? '';
  const { items, nextCursor = '' } = await load(cursor);
  const first = direction === 1 ? items[0] : items.at(-1);
  if (!first) return undefined;
  const url = new URL(place.address, 'http://panel');
  url.search = writeState(url.searchParams, { ...stateOf(place.address), page: cursors.length, cursor }, filterIds).toString();
  return { id: first.id, place: { ...place, address: url.pathname + url.search, ids: items.map((item) => item.id), nextCursor, cursors } };
}

function loadPage(place: Place): Load {
  const { search, sort, filters } = stateOf(place.address);
  return (cursor) => loadCustomers({ search, sort, filters: place.owner ? { ...filters, owner: place.owner } : filters, cursor, limit: limitOf() });
}
