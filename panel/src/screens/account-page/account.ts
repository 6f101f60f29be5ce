import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, callWithTag, type Customer, type Reseller } from '../../api/client';
import type { Versioned } from '../../components/versioned-form';

// Account is a customer or a reseller: what both have. Most requests of customers also take the id of a reseller.
export type Account = Customer & Partial<Pick<Reseller, 'resellerPlan' | 'resources' | 'oversell' | 'used'>>;
export type AccountKind = 'customer' | 'reseller';

const listOf = { customer: 'customers', reseller: 'resellers' } as const;

export function loadAccount(kind: AccountKind, id: string, signal?: AbortSignal): Promise<Versioned<Account>> {
  return kind === 'reseller'
    ? callWithTag(api.GET('/v1/resellers/{resellerId}', { params: { path: { resellerId: id } }, signal }))
    : callWithTag(api.GET('/v1/customers/{customerId}', { params: { path: { customerId: id } }, signal }));
}

// rowOf returns the account as a list shows it, if one of the lists that were read contains it.
function rowOf(queries: QueryClient, kind: AccountKind, id: string): Versioned<Account> | undefined {
  const pages = queries.getQueriesData<{ items?: Account[] }>({ queryKey: [listOf[kind]] });
  const row = pages.flatMap(([, page]) => page?.items ?? []).find((item) => item.id === id);
  return row && { data: row, etag: `"${row.version}"` };
}

const whileBusy = 2000; // milliseconds between reads while an operation works on the account

// useAccount reads the account. Until it arrives, the row of the list stands in for it.
export function useAccount(kind: AccountKind, id: string) {
  const queries = useQueryClient();
  return useQuery<Versioned<Account>>({
    queryKey: [kind, id],
    queryFn: ({ signal }) => loadAccount(kind, id, signal),
    placeholderData: () => rowOf(queries, kind, id),
    refetchInterval: ({ state: { data, error } }) => (data && !error && data.data.lifecycle !== 'ready' ? whileBusy : false),
  });
}

// kept returns what the answers of changes leave out: the resources of resellers, and the notes of earlier owners.
function kept(before: Account | undefined): Partial<Account> {
  if (!before) return {};
  const { resellerPlan, resources, oversell, used, formerDescriptions } = before;
  return { resellerPlan, resources, oversell, used, formerDescriptions };
}

// useAccountChanged returns the function to call after a change. With the answer of the change, the page shows the new
// values at once. Lists and the audit trail are read again.
export function useAccountChanged(kind: AccountKind, id: string) {
  const queries = useQueryClient();
  return (saved?: Versioned<Account>) => {
    if (saved) {
      queries.setQueryData<Versioned<Account>>([kind, id], (before) => ({ data: { ...kept(before?.data), ...saved.data }, etag: saved.etag }));
    } else {
      void queries.invalidateQueries({ queryKey: [kind, id] });
    }
    void queries.invalidateQueries({ queryKey: [listOf[kind]] });
    void queries.invalidateQueries({ queryKey: ['trail', id] });
  };
}

// PageAccount is what the parts of the page know of the account.
export interface PageAccount {
  kind: AccountKind;
  current: Versioned<Account>;
  isComplete: boolean; // false while the row of the list stands in, whose description is cut
  changed: (saved?: Versioned<Account>) => void;
}
