import { useQuery } from '@tanstack/react-query';
import { api, call } from '../../../api/client';

export const CUSTOM = 'custom';

// usePlans returns the service plans of the owner of an account.
export function usePlans(owner: string) {
  return useQuery({
    queryKey: ['service-plans', 'of', owner],
    queryFn: ({ signal }) => call(api.GET('/v1/service-plans', { params: { query: { owner, limit: 100 } }, signal })),
  });
}

// usePlanName returns the name of the service plan, or undefined until it is known.
export function usePlanName(plan: string): string | undefined {
  return useQuery({
    queryKey: ['service-plan', plan, 'name'],
    queryFn: ({ signal }) => call(api.GET('/v1/service-plans/{planId}', { params: { path: { planId: plan } }, signal })),
    enabled: plan !== CUSTOM,
    staleTime: 60_000,
  }).data?.name;
}
