import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call, type Customer } from '../../api/client';
import { asProblem } from '../../api/problem';

// useCustomerNames returns the names of customers by their ids. Items of operations have only ids. Customers that no longer
// exist have no name.
export function useCustomerNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['customer-names', ids],
    queryFn: async ({ signal }) => {
      const known = knownNames(queries.getQueriesData<{ items?: Customer[] }>({ queryKey: ['customers'] }));
      const missing = ids.filter((id) => !known.has(id));
      for (const [id, name] of await readNames(missing, signal)) known.set(id, name);
      return known;
    },
    enabled: ids.length > 0,
    staleTime: Infinity,
  });
  return query.data ?? new Map();
}

function knownNames(lists: [unknown, { items?: Customer[] } | undefined][]): Map<string, string> {
  return new Map(lists.flatMap(([, list]) => (list?.items ?? []).map(({ id, contact }) => [id, contact.name] as const)));
}

const width = 6; // requests at the same time

// readNames reads the names of customers, some at a time. Customers that cannot be read are left out.
export async function readNames(ids: readonly string[], signal?: AbortSignal): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        const { contact } = await call(api.GET('/v1/customers/{customerId}', { params: { path: { customerId: id } }, signal }));
        names.set(id, contact.name);
      } catch (error) {
        if (asProblem(error).status !== 404) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return names;
}
