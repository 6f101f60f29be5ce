import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { notify, useNotifyFailure } from '../../components/flash';
import { Failure } from '../../components/screen';
import { Time } from '../../components/time';
import { formatAmount } from '../../resources/amount';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { shared } from '../../texts/shared';
import { accountTexts } from './texts';

type Backup = Schemas['BackupView'];
interface Row extends Backup { domain: string }

const most = 25; // subscriptions whose backups are read

// loadBackups reads the backups of all subscriptions of the account, newest first. isCut reports whether there are more.
async function loadBackups(id: string, signal: AbortSignal): Promise<{ rows: Row[]; isCut: boolean }> {
  const subscriptions = await call(api.GET('/v1/customers/{customerId}/subscriptions', {
    params: { path: { customerId: id }, query: { limit: most } }, signal,
  }));
  const lists = await Promise.all(subscriptions.items.map(async (subscription) => {
    const list = await call(api.GET('/v1/subscriptions/{subscriptionId}/backups', {
      params: { path: { subscriptionId: subscription.id }, query: { limit: 100 } }, signal,
    }));
    return { rows: list.items.map((backup) => ({ ...backup, domain: subscription.domain })), isCut: Boolean(list.nextCursor) };
  }));
  const rows = lists.flatMap((list) => list.rows).sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { rows, isCut: Boolean(subscriptions.nextCursor) || lists.some(({ isCut }) => isCut) };
}

// Backups lists the backups of an account's subscriptions, downloads and removes them.
export function Backups({ id }: { id: string }) {
  const all = useTexts(accountTexts);
  const texts = all.backups;
  const common = useTexts(shared);
  const language = useLanguage();
  const format = useFormat();
  const queries = useQueryClient();
  const notifyFailure = useNotifyFailure();
  const [removing, setRemoving] = useState<Row>();
  const query = useQuery({ queryKey: ['account-backups', id], queryFn: ({ signal }) => loadBackups(id, signal) });
  const download = (backup: Backup) => {
    call(api.GET('/v1/backups/{backupId}', { params: { path: { backupId: backup.id } } }))
      .then(({ downloadUrl }) => { if (downloadUrl) location.assign(downloadUrl); })
      .catch(notifyFailure);
  };
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <Table<Row>
        items={query.data?.rows ?? []}
        loading={query.isPending}
        loadingText={common.loading}
        trackBy="id"
        ariaLabels={{ tableLabel: all.tabs.backups }}
        header={<Header variant="h2" counter={query.data && `(${format.number(query.data.rows.length)})`} description={query.data?.isCut && texts.cut}>{all.tabs.backups}</Header>}
        empty={<Box textAlign="center"><Box variant="strong">{texts.empty}</Box><Box color="text-body-secondary">{texts.emptyLead}</Box></Box>}
        columnDefinitions={[
          { id: 'created', header: texts.created, isRowHeader: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
          { id: 'subscription', header: texts.subscription, cell: ({ domain }) => domain || '–' },
          { id: 'size', header: texts.size, cell: ({ size }) => formatAmount(size, 'bytes', language) },
          {
            id: 'state', header: texts.state,
            cell: ({ state }) => <StatusIndicator type={state === 'ready' ? 'success' : 'in-progress'}>{texts.states[state]}</StatusIndicator>,
          },
          {
            id: 'actions', header: common.actions, cell: (backup) => (
              <SpaceBetween direction="horizontal" size="s">
                {backup.state === 'ready' && (
                  <Button variant="inline-link" ariaLabel={texts.downloadLabel(backup.domain, format.time(backup.createdAt))} onClick={() => { download(backup); }}>{texts.download}</Button>
                )}
                <Button variant="inline-link" ariaLabel={texts.removeLabel(backup.domain, format.time(backup.createdAt))} onClick={() => { setRemoving(backup); }}>{all.remove}</Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {removing && (
        <ConfirmDialog
          title={texts.removeTitle(removing.domain, format.time(removing.createdAt))}
          send={() => call(api.DELETE('/v1/backups/{backupId}', { params: { path: { backupId: removing.id } } }))}
          done={() => {
            void queries.invalidateQueries({ queryKey: ['account-backups', id] });
            notify({ type: 'success', content: texts.removed });
            setRemoving(undefined);
          }}
          onClose={() => { setRemoving(undefined); }}
        >
          <p className="tn-lead">{texts.removeLead}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
