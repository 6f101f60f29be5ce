import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '../../api/client';
import { Link } from '../../components/link';
import { Failure, Loading, Screen } from '../../components/screen';
import { AddWebsite } from '../../components/websites/website-dialogs';
import { websiteTexts } from '../../components/websites/texts';
import { WebsiteSwitch } from '../../components/websites/website-switch';
import { useTexts } from '../../texts/catalogue';
import { canAddWebsites, useNameOf, useOwnCustomer, type Subscription } from './data';
import { SubscriptionStatus } from './parts';
import { subscriptionTexts } from './texts';
import { useRole } from '../../session/use-me';

const page = 10; // subscriptions that are shown at once, each with its websites
const inCard = 25; // websites in a card; the page of the subscription has all of them

// OwnSubscriptions is the start page of customers and panel users: their subscriptions, each with its websites.
export function OwnSubscriptions() {
  const texts = useTexts(subscriptionTexts);
  const customerId = useOwnCustomer();
  const query = useInfiniteQuery({
    queryKey: ['subscriptions', 'own', customerId],
    queryFn: ({ pageParam, signal }) => call(api.GET('/v1/customers/{customerId}/subscriptions', {
      params: { path: { customerId }, query: { limit: page, cursor: pageParam || undefined } }, signal,
    })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor || undefined,
  });
  const items = query.data?.pages.flatMap((one) => one.items) ?? [];
  return (
    <Screen title={texts.ownTitle}>
      {query.isPending && <Loading />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && items.length === 0 && (
        <Container>
          <Box textAlign="center" padding={{ vertical: 'xl' }}>
            <Box variant="h2">{texts.emptyTitle}</Box>
            <Box color="text-body-secondary">{texts.emptyLead}</Box>
          </Box>
        </Container>
      )}
      {items.map((subscription) => <Card key={subscription.id} subscription={subscription} />)}
      {query.hasNextPage && (
        <Box textAlign="center">
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{texts.more}</Button>
        </Box>
      )}
    </Screen>
  );
}

// Card is one subscription with its websites.
function Card({ subscription }: { subscription: Subscription }) {
  const texts = useTexts(subscriptionTexts);
  const words = useTexts(websiteTexts);
  const role = useRole();
  const nameOf = useNameOf();
  const [isAdding, setAdding] = useState(false);
  const { id } = subscription;
  const websites = useQuery({
    queryKey: ['websites', id, 'card'],
    queryFn: ({ signal }) => call(api.GET('/v1/subscriptions/{subscriptionId}/websites', {
      params: { path: { subscriptionId: id }, query: { limit: inCard } }, signal,
    })),
  });
  const add = canAddWebsites(subscription, role) && <Button onClick={() => { setAdding(true); }}>{words.add}</Button>;
  return (
    <Container
      header={(
        <Header variant="h2" actions={add} description={<SubscriptionStatus subscription={subscription} />}>
          <Link href={`/subscriptions/${id}`} fontSize="inherit">{nameOf(subscription)}</Link>
        </Header>
      )}
    >
      <SpaceBetween size="s">
        {websites.isPending && <Loading />}
        {websites.isError && <Failure error={websites.error} retry={() => void websites.refetch()} />}
        {websites.data?.items.length === 0 && <Box color="text-body-secondary">{words.emptyTitle}</Box>}
        {websites.data && websites.data.items.length > 0 && (
          <ul className="tn-websites">
            {websites.data.items.map((website) => (
              <li key={website.id}><span>{website.domain}</span><WebsiteSwitch website={website} /></li>
            ))}
          </ul>
        )}
        {websites.data?.nextCursor && <Link href={`/subscriptions/${id}`}>{texts.allWebsites}</Link>}
      </SpaceBetween>
      {isAdding && <AddWebsite subscriptionId={id} onClose={() => { setAdding(false); }} />}
    </Container>
  );
}
