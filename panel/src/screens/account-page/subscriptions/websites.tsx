import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '../../../api/client';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { TextField } from '../../../components/fields';
import { notify, useNotifyFailure } from '../../../components/flash';
import { FormDialog } from '../../../components/form-dialog';
import { Failure } from '../../../components/screen';
import { Time } from '../../../components/time';
import { useForm } from '../../../components/use-form';
import { useTexts } from '../../../texts/catalogue';
import { shared } from '../../../texts/shared';
import { subscriptionsTexts } from './texts';

type Website = Schemas['WebsiteView'];
type Pages = InfiniteData<Schemas['ListWebsiteView']>;

interface WebsitesProps { subscription: Schemas['SubscriptionView']; changed: () => void }

// Websites are the websites of a subscription. They can be added, switched off and on, and removed.
export function Websites({ subscription, changed }: WebsitesProps) {
  const texts = useTexts(subscriptionsTexts);
  const common = useTexts(shared);
  const queries = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Website>();
  const key = ['websites', subscription.id];
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ signal, pageParam }) => call(api.GET('/v1/subscriptions/{subscriptionId}/websites', {
      params: { path: { subscriptionId: subscription.id }, query: { limit: 25, cursor: pageParam || undefined } }, signal,
    })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor || undefined,
  });
  const toggle = useSwitch(key, changed);
  const reload = () => {
    void queries.invalidateQueries({ queryKey: key });
    changed();
  };
  const isStopped = subscription.holds.length > 0;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <SpaceBetween size="s">
      <Table<Website>
        variant="borderless"
        items={query.data?.pages.flatMap(({ items }) => items) ?? []}
        loading={query.isPending}
        loadingText={common.loading}
        trackBy="id"
        ariaLabels={{ tableLabel: `${texts.websites}: ${subscription.domain}` }}
        empty={texts.noWebsites}
        columnDefinitions={[
          { id: 'domain', header: texts.websites, isRowHeader: true, cell: ({ domain }) => <span className="tn-break">{domain}</span> },
          { id: 'status', header: texts.status, cell: (site) => <SiteStatus site={site} isStopped={isStopped} /> },
          { id: 'created', header: texts.websiteCreated, cell: ({ createdAt }) => <Time at={createdAt} dateOnly /> },
          {
            id: 'actions', header: common.actions,
            cell: (site) => {
              const label = site.status === 'active' ? texts.switchOff : texts.switchOn;
              return (
                <SpaceBetween direction="horizontal" size="s">
                  <Button variant="inline-link" ariaLabel={texts.actionOn(label, site.domain)} onClick={() => { toggle(site); }}>{label}</Button>
                  <Button variant="inline-link" ariaLabel={texts.actionOn(texts.remove, site.domain)} onClick={() => { setRemoving(site); }}>{texts.remove}</Button>
                </SpaceBetween>
              );
            },
          },
        ]}
      />
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="add-plus" ariaLabel={texts.actionOn(texts.addWebsite, subscription.domain)} onClick={() => { setAdding(true); }}>{texts.addWebsite}</Button>
        {query.hasNextPage && <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{texts.more}</Button>}
      </SpaceBetween>
      {isAdding && <AddWebsite subscription={subscription} changed={reload} close={() => { setAdding(false); }} />}
      {removing && <RemoveWebsite site={removing} changed={reload} close={() => { setRemoving(undefined); }} />}
    </SpaceBetween>
  );
}

function SiteStatus({ site, isStopped }: { site: Website; isStopped: boolean }) {
  const texts = useTexts(subscriptionsTexts);
  if (site.status === 'suspended') return <StatusIndicator type="stopped">{texts.off}</StatusIndicator>;
  if (isStopped) return <StatusIndicator type="warning">{texts.stopped}</StatusIndicator>;
  return <StatusIndicator type="success">{texts.on}</StatusIndicator>;
}

// useSwitch returns a function that switches a website off or on. The list shows it at once; if the service refuses, the
// list shows the website as it was.
function useSwitch(key: string[], changed: () => void) {
  const texts = useTexts(subscriptionsTexts);
  const queries = useQueryClient();
  const notifyFailure = useNotifyFailure();
  const show = (site: Website) => {
    queries.setQueryData<Pages>(key, (before) => before && {
      ...before,
      pages: before.pages.map((page) => ({ ...page, items: page.items.map((other) => (other.id === site.id ? site : other)) })),
    });
  };
  const send = (site: Website) => {
    const request = { params: { path: { websiteId: site.id } } };
    return site.status === 'active'
      ? call(api.POST('/v1/websites/{websiteId}/suspend', { ...request, body: {} })) : call(api.POST('/v1/websites/{websiteId}/activate', request));
  };
  return (site: Website) => {
    show({ ...site, status: site.status === 'active' ? 'suspended' : 'active' });
    send(site).then((saved) => {
      show(saved);
      if (site.status === 'suspended' && saved.status === 'suspended') notify({ type: 'warning', content: texts.stillOff(site.domain) });
      changed();
    }, (error: unknown) => {
      show(site);
      notifyFailure(error);
    });
  };
}

interface DialogProps { changed: () => void; close: () => void }

function AddWebsite({ subscription, changed, close }: DialogProps & { subscription: Schemas['SubscriptionView'] }) {
  const texts = useTexts(subscriptionsTexts);
  const common = useTexts(shared);
  const form = useForm({
    initial: { domain: '' },
    check: ({ domain }) => ({ '/domain': domain.trim() === '' ? common.required : undefined }),
    send: ({ domain }) => call(api.POST('/v1/subscriptions/{subscriptionId}/websites', {
      params: { path: { subscriptionId: subscription.id } }, body: { domain: domain.trim() },
    })),
    done: ({ domain }) => {
      changed();
      notify({ type: 'success', content: texts.websiteAdded(domain) });
      close();
    },
  });
  return (
    <FormDialog form={form} title={texts.actionOn(texts.addWebsite, subscription.domain)} onClose={close}>
      <TextField form={form} name="domain" label={texts.domain} hint={texts.websiteHint} autoFocus />
    </FormDialog>
  );
}

function RemoveWebsite({ site, changed, close }: DialogProps & { site: Website }) {
  const texts = useTexts(subscriptionsTexts);
  return (
    <ConfirmDialog
      title={texts.removeWebsiteTitle(site.domain)}
      send={() => call(api.DELETE('/v1/websites/{websiteId}', { params: { path: { websiteId: site.id }, header: { 'If-Match': `"${site.version}"` } } }))}
      done={() => {
        changed();
        notify({ type: 'success', content: texts.websiteRemoved(site.domain) });
        close();
      }}
      onClose={close}
    >
      <p className="tn-lead">{texts.removeWebsiteLead}</p>
    </ConfirmDialog>
  );
}
