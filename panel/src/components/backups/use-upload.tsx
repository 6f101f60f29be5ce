import { useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { notify, useNotifyFailure } from '../flash';
import { fileNameOf } from './file-name';
import { canReuse } from './reuse';
import { backupTexts } from './texts';
import { UploadProgress } from './upload-progress';
import { UploadRetry } from './upload-retry';
import { upload, UploadFailure } from './uploads';

type Target = Schemas['Upload'];

const remove = (backupId: string) => call(api.DELETE('/v1/backups/{backupId}', { params: { path: { backupId } } })).catch(() => undefined);

// isComplete asks whether the storage has all of a backup. The service then makes the backup ready.
async function isComplete(backupId: string): Promise<boolean> {
  const { state } = await call(api.GET('/v1/backups/{backupId}', { params: { path: { backupId } } }));
  return state === 'ready';
}

// notifyRetry says that an upload has failed, until the user tries it again or discards the backup.
function notifyRetry(id: string, content: string, retry: () => void, discard: () => void) {
  const closing = (act: () => void) => () => {
    close();
    act();
  };
  const close = notify({ type: 'error', content, action: <UploadRetry retry={closing(retry)} discard={closing(discard)} /> }, `upload-${id}`);
}

// useUpload returns a function that uploads the file of a backup that was declared. A message shows the progress on every
// screen. If the upload fails, the user can try it again: for the same backup while its address is valid, else for a new
// one in its place. So no attempt leaves a second backup.
export function useUpload() {
  const texts = useTexts(backupTexts);
  const queries = useQueryClient();
  const notifyFailure = useNotifyFailure();
  const refresh = () => queries.invalidateQueries({ queryKey: ['backups'] });

  const send = async (file: File, target: Target, subscriptionId: string): Promise<void> => {
    const close = notify({ type: 'in-progress', content: <UploadProgress id={target.id} /> });
    try {
      await upload(file, target);
      await isComplete(target.id);
      notify({ type: 'success', content: texts.uploaded(file.name) });
    } catch (error) {
      const kind = error instanceof UploadFailure ? error.kind : 'failed';
      if (kind === 'cancelled') {
        await remove(target.id);
        notify({ type: 'info', content: texts.cancelled(file.name) });
      } else if (await isComplete(target.id).catch(() => false)) { // only the answer was lost
        notify({ type: 'success', content: texts.uploaded(file.name) });
      } else {
        offerRetry(file, target, subscriptionId, kind);
      }
    } finally {
      close();
      await refresh();
    }
  };

  const offerRetry = (file: File, target: Target, subscriptionId: string, kind: 'failed' | 'refused') => {
    const content = kind === 'refused' ? texts.uploadRefused(file.name) : texts.uploadFailed(file.name);
    const retry = () => {
      again(file, target, subscriptionId, kind).catch((error: unknown) => {
        notifyFailure(error);
        offerRetry(file, target, subscriptionId, kind);
      });
    };
    notifyRetry(target.id, content, retry, () => { void remove(target.id).then(refresh); });
  };

  const again = async (file: File, target: Target, subscriptionId: string, kind: 'failed' | 'refused') => {
    if (canReuse(target, kind)) return send(file, target, subscriptionId);
    await remove(target.id);
    const next = await call(api.POST('/v1/subscriptions/{subscriptionId}/backups', {
      params: { path: { subscriptionId } }, body: { size: file.size, fileName: fileNameOf(file.name) },
    }));
    return send(file, next, subscriptionId);
  };

  return send;
}
