import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

// ListState is what a list shows. The address of the page contains it, so that reloading, going back and sending the link
// keep it.
export interface ListState {
  search: string;
  sort: string; // "" is the default order
  filters: Record<string, string>;
  page: number; // from 1
  cursor: string; // "" for the first page
}

const own = ['search', 'sort', 'page', 'cursor'];

// readState reads the state from the parameters of the address. It ignores parameters that the list does not know.
export function readState(parameters: URLSearchParams, filterIds: readonly string[]): ListState {
  const filters: Record<string, string> = {};
  for (const id of filterIds) {
    const value = parameters.get(id);
    if (value) filters[id] = value;
  }
  const cursor = parameters.get('cursor') ?? '';
  const page = Number(parameters.get('page') ?? 1);
  const isPage = cursor !== '' && Number.isInteger(page) && page > 1;
  return {
    search: parameters.get('search') ?? '', sort: parameters.get('sort') ?? '', filters,
    page: isPage ? page : 1, cursor: isPage ? cursor : '',
  };
}

// writeState puts the state into the parameters of the address. Other parameters stay.
export function writeState(parameters: URLSearchParams, state: ListState, filterIds: readonly string[]): URLSearchParams {
  const next = new URLSearchParams(parameters);
  for (const name of [...own, ...filterIds]) next.delete(name);
  if (state.search) next.set('search', state.search);
  if (state.sort) next.set('sort', state.sort);
  for (const id of filterIds) if (state.filters[id]) next.set(id, state.filters[id]);
  if (state.page > 1 && state.cursor) {
    next.set('page', String(state.page));
    next.set('cursor', state.cursor);
  }
  return next;
}

// pageCursors are the cursors of the pages before the current one, which the browser's history keeps. A link that
// somebody else sent has none: then only the first page and the next page can be reached.
type History = { cursors?: string[] } | null;

// useListState returns the state of the list and the functions that change it.
export function useListState(filterIds: readonly string[]) {
  const [parameters] = useSearchParams();
  const location = useLocation();
  const navigate = useNavigate();
  const ids = filterIds.join(' ');
  const state = useMemo(() => readState(parameters, ids ? ids.split(' ') : []), [parameters, ids]);
  const cursors = (location.state as History)?.cursors ?? [''];

  const go = useCallback((next: ListState, known: string[], replace: boolean) => {
    const search = writeState(parameters, next, ids ? ids.split(' ') : []).toString();
    void navigate({ search: search && `?${search}` }, { state: { cursors: known } satisfies History, replace });
  }, [parameters, ids, navigate]);

  // change starts again at the first page. Typing in the search field replaces the address and adds no history.
  const change = (part: Partial<ListState>, replace = false) => {
    go({ ...state, ...part, page: 1, cursor: '' }, [''], replace);
  };

  // openPage opens the page. nextCursor is the cursor of the page after the current one.
  const openPage = (page: number, nextCursor: string | undefined) => {
    const known = [...cursors];
    if (page === state.page + 1 && nextCursor) known[page - 1] = nextCursor;
    const cursor = known[page - 1];
    if (page === 1 || cursor === undefined) go({ ...state, page: 1, cursor: '' }, [''], false);
    else go({ ...state, page, cursor }, known, false);
  };

  return { state, change, openPage };
}
