import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '../../../api/client';
import { Failure, Loading } from '../../../components/screen';
import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import { AddSubscription } from '../../subscriptions/add-subscription';
import { subscriptionTexts } from '../../subscriptions/texts';
import type { PageAccount } from '../account';
import { SubscriptionCard } from './subscription-card';
import { subscriptionsTexts } from './texts';

const opened = 5; // subscriptions whose websites are shown at once
const pageSize = 25;

// Subscriptions shows the subscriptions of an account with their websites, and what can be done with them.
export function Subscriptions({ id, account }: { id: string; account: PageAccount | undefined }) {
  const texts = useTexts(subscriptionsTexts);
  const common = useTexts(subscriptionTexts);
  const format = useFormat();
  const [isAdding, setAdding] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ['subscriptions', id],
    queryFn: ({ signal, pageParam }) => call(api.GET('/v1/customers/{customerId}/subscriptions', {
      params: { path: { customerId: id }, query: { limit: pageSize, cursor: pageParam || undefined } }, signal,
    })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor || undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const total = Math.max(account?.current.data.subscriptions.total ?? 0, items.length);
  return (
    <SpaceBetween size="m">
      <Header
        variant="h2"
        counter={query.data && `(${format.number(query.hasNextPage ? total : items.length)})`}
        actions={<Button disabled={account?.current.data.lifecycle !== 'ready'} onClick={() => { setAdding(true); }}>{common.add}</Button>}
      >
        {common.title}
      </Header>
      {query.isPending && <Loading />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && items.length === 0 && (
        <Box textAlign="center" padding={{ vertical: 'l' }}>
          <Box variant="strong">{texts.emptyTitle}</Box>
          <Box color="text-body-secondary">{texts.emptyLead}</Box>
        </Box>
      )}
      {items.map((subscription, index) => (
        <SubscriptionCard key={subscription.id} subscription={subscription} isOpen={items.length <= opened || index === 0} />
      ))}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{texts.more}</Button>
      )}
      {isAdding && account && (
        <AddSubscription customerId={id} owner={account.current.data.owner.id} onClose={() => { setAdding(false); }} />
      )}
    </SpaceBetween>
  );
}
