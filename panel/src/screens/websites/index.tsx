import Button from '@cloudscape-design/components/button';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { pageOf } from '../../api/all-pages';
import { api, call } from '../../api/client';
import { Link } from '../../components/link';
import { EmptyList } from '../../components/list/empty-list';
import { ResourceList, type Column, type ListPage, type ListRequest } from '../../components/list/resource-list';
import { useScreenTitle } from '../../components/screen';
import { Time } from '../../components/time';
import { websiteTexts } from '../../components/websites/texts';
import { RemoveWebsite } from '../../components/websites/website-dialogs';
import { WebsiteSwitch, type Website } from '../../components/websites/website-switch';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useOwnCustomer } from '../subscriptions/data';
import { AccountLink } from '../subscriptions/parts';
import { matches } from './matches';
import { loadOwnWebsites } from './own-websites';
import { websitesTexts } from './texts';

// Websites finds the websites of all customers by domain. Customers and panel users see all their websites.
export default function Websites() {
  const texts = useTexts(websitesTexts);
  const role = useRole();
  const isManager = role === 'administrator' || role === 'reseller';
  const customerId = useOwnCustomer();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState<Website>();
  useScreenTitle(texts.title);
  const load = async ({ search, limit, cursor, signal }: ListRequest): Promise<ListPage<Website>> => {
    if (isManager) {
      return search ? call(api.GET('/v1/websites', { params: { query: { search, limit, cursor: cursor || undefined } }, signal })) : { items: [] };
    }
    const all = await queries.query({
      queryKey: ['websites-of', customerId], queryFn: () => loadOwnWebsites(customerId), staleTime: cursor ? 60_000 : 0,
    });
    return pageOf(all.filter(({ domain }) => matches(domain, search)), cursor, limit);
  };
  const empty = isManager
    ? <EmptyList title={texts.findTitle} lead={texts.findLead} /> : <EmptyList title={texts.emptyTitle} lead={texts.emptyLead} />;
  return (
    <>
      <ResourceList<Website>
        name="websites"
        scope={isManager ? 'view' : 'own'}
        title={texts.title}
        description={isManager ? texts.managerLead : undefined}
        load={load}
        columns={useColumns(isManager, role === 'panel-user' ? undefined : setRemoving)}
        idOf={({ id }) => id}
        nameOf={({ domain }) => domain}
        search={{ placeholder: texts.search }}
        needsSearch={isManager}
        empty={empty}
      />
      {removing && <RemoveWebsite website={removing} onClose={() => { setRemoving(undefined); }} />}
    </>
  );
}

function useColumns(isManager: boolean, remove: ((website: Website) => void) | undefined): Column<Website>[] {
  const texts = useTexts(websitesTexts);
  const words = useTexts(websiteTexts);
  const columns: Column<Website>[] = [
    { id: 'domain', header: words.domain, maxWidth: 320, cell: ({ domain }) => domain },
    { id: 'status', header: words.status, cell: (website) => <WebsiteSwitch website={website} /> },
    {
      id: 'subscription', header: texts.subscription, isOptional: true,
      cell: ({ subscription, domain }) => <Link href={`/subscriptions/${subscription}`} ariaLabel={texts.openOf(domain)}>{texts.open}</Link>,
    },
    { id: 'created', header: words.created, isOptional: true, cell: ({ createdAt }) => <Time at={createdAt} dateOnly /> },
  ];
  if (isManager) {
    columns.splice(2, 0, { id: 'customer', header: texts.customer, isOptional: true, maxWidth: 240, cell: (website) => <AccountLink object={website} /> });
  }
  if (remove) {
    columns.push({
      id: 'actions', header: words.actions,
      cell: (website) => (
        <Button variant="inline-icon" iconName="remove" ariaLabel={words.removeOf(website.domain)} onClick={() => { remove(website); }} />
      ),
    });
  }
  return columns;
}
