import { useQueryClient } from '@tanstack/react-query';
import { api, callWithTag } from '../../../api/client';
import { useVersion } from '../../../components/use-version';
import { asTarget, onlyCustomer, type Target } from './target';

// useCustomerVersion returns a function that sends a change of the only customer of the target, of the version that the
// user has seen.
export function useCustomerVersion(target: Target) {
  const queries = useQueryClient();
  const customer = onlyCustomer(target);
  return useVersion(customer?.seen, async () => {
    const { data, etag } = await callWithTag(api.GET('/v1/customers/{customerId}', { params: { path: { customerId: customer?.id ?? '' } } }));
    void queries.invalidateQueries({ queryKey: ['customer', data.id] });
    void queries.invalidateQueries({ queryKey: ['customers'] });
    return { etag, facts: asTarget(data).seen?.facts ?? '' };
  });
}
