import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState, type ReactNode } from 'react';
import { api, call, type Schemas } from '../../api/client';
import { useMe, useRole } from '../../session/use-me';
import { useStore } from '../../store';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { useNotifyFailure } from '../flash';
import { ResourceList, type Column, type ListPage, type ListRequest } from '../list/resource-list';
import { useResourceNames } from '../resources/use-resources';
import { Time } from '../time';
import { download } from './download';
import type { ListedBackup } from './merged';
import { RemoveBackup } from './remove-backup';
import { backupTexts } from './texts';
import { UploadDialog } from './upload-dialog';
import { uploads } from './uploads';

type Backup = Schemas['BackupView'];

// BackupList shows the backups of a subscription: it uploads, downloads and removes them.
export function BackupList({ subscriptionId, name }: { subscriptionId: string; name: string }) {
  const texts = useTexts(backupTexts);
  const canUpload = useRole() !== 'panel-user';
  const [isUploading, setUploading] = useState(false);
  const add = canUpload && <Button onClick={() => { setUploading(true); }}>{texts.upload}</Button>;
  return (
    <>
      <Backups
        scope={subscriptionId}
        title={texts.title}
        variant="container"
        load={({ limit, cursor, signal }) => call(api.GET('/v1/subscriptions/{subscriptionId}/backups', {
          params: { path: { subscriptionId }, query: { limit, cursor: cursor || undefined } }, signal,
        }))}
        actions={add}
        empty={(
          <SpaceBetween size="s">
            <Box variant="strong">{texts.emptyTitle}</Box>
            <Box color="text-body-secondary">{canUpload ? texts.emptyLead : texts.emptyLeadReadOnly}</Box>
            {add}
          </SpaceBetween>
        )}
      />
      {isUploading && <UploadDialog subscriptionId={subscriptionId} name={name} onClose={() => { setUploading(false); }} />}
    </>
  );
}

interface BackupsProps {
  scope: string;
  title: string;
  description?: string;
  variant: 'full-page' | 'container';
  load: (request: ListRequest) => Promise<ListPage<ListedBackup>>;
  more?: Column<ListedBackup>[]; // columns after the first
  actions?: ReactNode;
  empty: ReactNode;
}

// Backups is a list of backups.
export function Backups({ scope, title, description, variant, load, more = [], actions, empty }: BackupsProps) {
  const texts = useTexts(backupTexts);
  const names = useResourceNames();
  const format = useFormat();
  const role = useRole();
  const creatorOf = useCreators();
  const notifyFailure = useNotifyFailure();
  const running = useStore(uploads);
  const [removing, setRemoving] = useState<Backup>();
  const columns: Column<ListedBackup>[] = [
    { id: 'created', header: texts.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { id: 'fileName', header: texts.fileName, isOptional: true, maxWidth: variant === 'container' ? 150 : 260, cell: ({ fileName }) => fileName ?? '–' },
    ...more,
    { id: 'size', header: texts.size, cell: ({ size }) => names.size(size) },
    { id: 'state', header: texts.state, cell: (backup) => <BackupState backup={backup} /> },
    { id: 'creator', header: texts.creator, isOptional: true, isForWide: variant === 'container', cell: ({ createdBy }) => creatorOf(createdBy) },
    {
      id: 'actions', header: texts.actions,
      cell: (backup) => (
        <div className="tn-actions">
          {backup.state === 'ready' && (
            <Button
              variant="inline-icon"
              iconName="download"
              ariaLabel={texts.downloadOf(format.time(backup.createdAt))}
              onClick={() => { download(backup.id).catch(notifyFailure); }}
            />
          )}
          {role !== 'panel-user' && !running.some(({ id }) => id === backup.id) && (
            <Button
              variant="inline-icon"
              iconName="remove"
              ariaLabel={texts.removeOf(format.time(backup.createdAt))}
              onClick={() => { setRemoving(backup); }}
            />
          )}
        </div>
      ),
    },
  ];
  return (
    <>
      <ResourceList<ListedBackup>
        name="backups"
        scope={scope}
        title={title}
        description={description}
        variant={variant}
        load={load}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ createdAt }) => format.time(createdAt)}
        actions={() => actions}
        empty={<Box textAlign="center" padding={{ vertical: 'l' }}>{empty}</Box>}
      />
      {removing && <RemoveBackup backup={removing} onClose={() => { setRemoving(undefined); }} />}
    </>
  );
}

function BackupState({ backup }: { backup: Backup }) {
  const texts = useTexts(backupTexts);
  const upload = useStore(uploads).find(({ id }) => id === backup.id);
  if (upload) return <StatusIndicator type="in-progress">{`${Math.floor((upload.sent / upload.file.size) * 100)} %`}</StatusIndicator>;
  return <StatusIndicator type={backup.state === 'ready' ? 'success' : 'warning'}>{texts.states[backup.state]}</StatusIndicator>;
}

// useCreators returns a function that says who created a backup. Only the kind of the account is known.
function useCreators(): (id: string) => string {
  const { creators } = useTexts(backupTexts);
  const me = useMe().account;
  return (id) => {
    if (id === me.id) return creators.you;
    const isCustomers = me.kind === 'customer' || me.kind === 'panel-user';
    switch (id.split('_')[0]) {
      case 'usr': return creators.user;
      case 'cus': return creators.customer;
      case 'res': return isCustomers ? creators.provider : creators.reseller;
      default: return isCustomers ? creators.provider : creators.administrator;
    }
  };
}
