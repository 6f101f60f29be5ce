import type { ReactNode } from 'react';
import { api, call } from '../../api/client';
import { Link } from '../../components/link';
import { ResourceList, type Column, type ListPage, type ListRequest } from '../../components/list/resource-list';
import { Time } from '../../components/time';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useNameOf, type Subscription } from './data';
import { AccountLink, PlanName, SubscriptionStatus } from './parts';
import { subscriptionTexts } from './texts';

// loadOf returns the function that reads the subscriptions of a customer or a reseller.
export const loadOf = (customerId: string) => ({ limit, cursor, signal }: ListRequest) =>
  call(api.GET('/v1/customers/{customerId}/subscriptions', {
    params: { path: { customerId }, query: { limit, cursor: cursor || undefined } }, signal,
  }));

interface SubscriptionListProps {
  scope: string;
  title: string;
  description?: string;
  variant?: 'full-page' | 'container';
  load: (request: ListRequest) => Promise<ListPage<Subscription>>;
  showsCustomer?: boolean;
  search?: { placeholder: string };
  needsSearch?: boolean;
  actions?: ReactNode;
  empty: ReactNode;
}

// SubscriptionList is a list of subscriptions.
export function SubscriptionList({ showsCustomer = false, actions, ...list }: SubscriptionListProps) {
  const texts = useTexts(subscriptionTexts);
  const role = useRole();
  const nameOf = useNameOf();
  const columns: Column<Subscription>[] = [
    {
      id: 'domain', header: texts.domain, maxWidth: 320,
      cell: (subscription) => <Link href={`/subscriptions/${subscription.id}`}>{nameOf(subscription)}</Link>,
    },
    { id: 'status', header: texts.status, isOptional: true, cell: (subscription) => <SubscriptionStatus subscription={subscription} /> },
    {
      id: 'expires', header: texts.expires, isOptional: true,
      cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} dateOnly /> : texts.never),
    },
    { id: 'created', header: texts.created, isOptional: true, cell: ({ createdAt }) => <Time at={createdAt} dateOnly /> },
  ];
  if (role === 'administrator' || role === 'reseller') {
    columns.splice(1, 0, { id: 'plan', header: texts.plan, isOptional: true, cell: (subscription) => <PlanName subscription={subscription} /> });
  }
  if (showsCustomer) {
    columns.splice(1, 0, { id: 'customer', header: texts.customer, isOptional: true, maxWidth: 240, cell: (subscription) => <AccountLink object={subscription} /> });
  }
  return (
    <ResourceList<Subscription>
      {...list}
      name="subscriptions"
      columns={columns}
      idOf={({ id }) => id}
      nameOf={nameOf}
      actions={() => actions}
    />
  );
}
