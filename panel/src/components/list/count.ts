import { useQuery } from '@tanstack/react-query';
import type { ListPage, ListRequest } from './resource-list';
import type { ListState } from './state';

const pageSize = 100;
const mostPages = 20; // a larger number is not counted

interface Options<T> {
  name: string;
  scope: string;
  state: ListState;
  load: (request: ListRequest) => Promise<ListPage<T>>;
  isNeeded: boolean;
}

// useCount counts what matches the search and the filter, if the API does not. It returns undefined while it counts, and if
// there are too many.
export function useCount<T>({ name, scope, state, load, isNeeded }: Options<T>): number | undefined {
  const { data } = useQuery({
    queryKey: [name, scope, 'count', state.search, state.filters],
    queryFn: async ({ signal }) => {
      let count = 0;
      let cursor = '';
      for (let page = 1; page <= mostPages; page++) {
        const { items, nextCursor = '' } = await load({ ...state, page, cursor, limit: pageSize, signal });
        count += items.length;
        if (nextCursor === '') return count;
        cursor = nextCursor;
      }
      return null;
    },
    enabled: isNeeded,
  });
  return data ?? undefined;
}
