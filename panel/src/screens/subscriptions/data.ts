import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, call, callWithTag, type Schemas } from '../../api/client';
import type { Role } from '../../session/session';
import { useMe, useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { subscriptionTexts } from './texts';

export type Subscription = Schemas['SubscriptionView'];

export const CUSTOM = 'custom'; // what the API calls "no plan"

export const loadSubscription = (subscriptionId: string, signal?: AbortSignal) =>
  callWithTag(api.GET('/v1/subscriptions/{subscriptionId}', { params: { path: { subscriptionId } }, signal }));

// useSubscription reads a subscription with its ETag.
export function useSubscription(id: string) {
  return useQuery({ queryKey: ['subscription', id], queryFn: ({ signal }) => loadSubscription(id, signal) });
}

// useSubscriptionChanged returns a function that reads again what shows subscriptions.
export function useSubscriptionChanged() {
  const queries = useQueryClient();
  return () => {
    for (const name of ['subscription', 'subscriptions', 'websites', 'customer', 'reseller', 'trail']) void queries.invalidateQueries({ queryKey: [name] });
  };
}

// useOwnCustomer returns the id of the account whose subscriptions are the caller's own: for a panel user, its customer.
export function useOwnCustomer(): string {
  const { account } = useMe();
  return account.customer ?? account.id;
}

// useNameOf returns a function that names subscriptions.
export function useNameOf(): (subscription: Pick<Subscription, 'domain'>) => string {
  const texts = useTexts(subscriptionTexts);
  return ({ domain }) => domain || texts.unnamed;
}

// usePlans reads the service plans of an owner, or the caller's own.
export function usePlans(owner?: string) {
  const role = useRole();
  return useQuery({
    queryKey: ['service-plans', 'all', owner ?? ''],
    queryFn: ({ signal }) => call(api.GET('/v1/service-plans', { params: { query: { limit: 100, owner } }, signal })),
    enabled: role === 'administrator' || role === 'reseller',
    staleTime: 60_000,
  });
}

// usePlanNames returns a function that names a plan by its id. The name of another owner's plan is read by usePlan.
export function usePlanNames(): (servicePlan: string) => string | undefined {
  const texts = useTexts(subscriptionTexts);
  const { data } = usePlans();
  return useMemo(() => {
    const names = new Map(data?.items.map(({ id, name }) => [id, name]));
    return (servicePlan) => (servicePlan === CUSTOM ? texts.custom : names.get(servicePlan));
  }, [data, texts]);
}

// canAddWebsites reports whether a caller of the role may add websites to the subscription.
export function canAddWebsites(subscription: Subscription, role: Role): boolean {
  if (role === 'customer') return subscription.resources.permissions?.create_domains ?? false;
  return role !== 'panel-user';
}
