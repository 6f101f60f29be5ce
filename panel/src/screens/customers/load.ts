import { api, call, type Customer } from '../../api/client';
import type { ListRequest } from '../../components/list/resource-list';

type AccountRequest = Omit<ListRequest, 'signal' | 'page'> & { signal?: AbortSignal };

// accountQuery returns the parameters of a request for customers or resellers. The API sorts what a search finds.
export function accountQuery({ search, filters, sort, limit, cursor }: AccountRequest) {
  return {
    search: search || undefined,
    sort: search ? undefined : (sort || 'name') as 'name',
    status: filters.status as Customer['status'] | undefined,
    limit,
    cursor: cursor || undefined,
  };
}

// loadCustomers reads a page of the list of customers.
export function loadCustomers(request: AccountRequest) {
  const query = { ...accountQuery(request), owner: request.filters.owner };
  return call(api.GET('/v1/customers', { params: { query }, signal: request.signal }));
}
