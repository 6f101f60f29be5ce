import { api, call, type Customer } from '../../api/client';
import type { ListRequest } from '../../components/list/resource-list';

// loadCustomers reads a page of the list of customers.
export function loadCustomers({ search, filters, sort, limit, cursor, signal }: Omit<ListRequest, 'signal' | 'page'> & { signal?: AbortSignal }) {
  return call(api.GET('/v1/customers', {
    params: {
      query: {
        search: search || undefined,
        sort: search ? undefined : (sort || 'name') as 'name',
        status: filters.status as Customer['status'] | undefined,
        owner: filters.owner,
        limit,
        cursor: cursor || undefined,
      },
    },
    signal,
  }));
}
