import { useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { ConfirmDialog } from '../confirm-dialog';
import { notify } from '../flash';
import { useResourceNames } from '../resources/use-resources';
import { factsOf, useVersion } from '../use-version';
import { backupTexts } from './texts';

// RemoveBackup removes a backup after a confirmation.
export function RemoveBackup({ backup, onClose }: { backup: Schemas['BackupView']; onClose: () => void }) {
  const texts = useTexts(backupTexts);
  const names = useResourceNames();
  const format = useFormat();
  const queries = useQueryClient();
  const seenOf = ({ version: number, size, createdAt }: Schemas['BackupView']) => ({ etag: `"${number}"`, facts: factsOf(size, createdAt) });
  const version = useVersion(seenOf(backup), async () =>
    seenOf(await call(api.GET('/v1/backups/{backupId}', { params: { path: { backupId: backup.id } } }))));
  return (
    <ConfirmDialog
      title={texts.removeTitle(format.time(backup.createdAt))}
      send={() => version((header) => call(api.DELETE('/v1/backups/{backupId}', { params: { path: { backupId: backup.id }, header } })))}
      done={() => {
        void queries.invalidateQueries({ queryKey: ['backups'] });
        notify({ type: 'success', content: texts.removed });
        onClose();
      }}
      onClose={onClose}
    >
      {texts.removeLead(names.size(backup.size))}
    </ConfirmDialog>
  );
}
