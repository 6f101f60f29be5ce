import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '../../../api/client';
import { Failure, Loading } from '../../../components/screen';
import { websiteTexts } from '../../../components/websites/texts';
import { AddWebsite, RemoveWebsite } from '../../../components/websites/website-dialogs';
import { WebsiteSwitch, type Website } from '../../../components/websites/website-switch';
import { useTexts } from '../../../texts/catalogue';
import { subscriptionsTexts } from './texts';

const pageSize = 25;

// Websites lists the websites of a subscription in few lines. They can be switched off and on, added and removed.
export function Websites({ subscription }: { subscription: Schemas['SubscriptionView'] }) {
  const texts = useTexts(subscriptionsTexts);
  const common = useTexts(websiteTexts);
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Website>();
  const query = useInfiniteQuery({
    queryKey: ['websites', subscription.id],
    queryFn: ({ signal, pageParam }) => call(api.GET('/v1/subscriptions/{subscriptionId}/websites', {
      params: { path: { subscriptionId: subscription.id }, query: { limit: pageSize, cursor: pageParam || undefined } }, signal,
    })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor || undefined,
  });
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const sites = query.data.pages.flatMap(({ items }) => items);
  return (
    <SpaceBetween size="s">
      <ul className="tn-sites" aria-label={texts.websitesOf(subscription.domain)}>
        {sites.map((site) => (
          <li key={site.id}>
            <span className="tn-site-domain">{site.domain}</span>
            <span className="tn-site-status"><WebsiteSwitch website={site} /></span>
            <Button variant="inline-icon" iconName="remove" ariaLabel={common.removeOf(site.domain)} onClick={() => { setRemoving(site); }} />
          </li>
        ))}
        {sites.length === 0 && <li>{texts.noWebsites}</li>}
      </ul>
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="add-plus" ariaLabel={`${common.add}: ${subscription.domain}`} onClick={() => { setAdding(true); }}>{common.add}</Button>
        {query.hasNextPage && <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{texts.more}</Button>}
      </SpaceBetween>
      {isAdding && <AddWebsite subscriptionId={subscription.id} onClose={() => { setAdding(false); }} />}
      {removing && <RemoveWebsite website={removing} onClose={() => { setRemoving(undefined); }} />}
    </SpaceBetween>
  );
}
