import { useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { notify } from '../flash';
import { backupTexts } from './texts';
import { UploadProgress } from './upload-progress';
import { upload, UploadFailure } from './uploads';

// useUpload returns a function that uploads the file of a backup that was declared. A message shows the progress on every
// screen. If the upload fails, the declared backup is removed, so that it does not count against the plan.
export function useUpload() {
  const texts = useTexts(backupTexts);
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['backups'] });
  return async (file: File, target: Schemas['Upload']) => {
    const params = { path: { backupId: target.id } };
    const remove = notify({ type: 'in-progress', content: <UploadProgress id={target.id} /> });
    try {
      await upload(file, target);
      await call(api.GET('/v1/backups/{backupId}', { params })); // the service finds that the storage has all of it
      notify({ type: 'success', content: texts.uploaded(file.name) });
    } catch (error) {
      const kind = error instanceof UploadFailure ? error.kind : 'failed';
      if (error instanceof UploadFailure) await call(api.DELETE('/v1/backups/{backupId}', { params })).catch(() => undefined);
      const failures = { cancelled: texts.cancelled, failed: texts.uploadFailed, refused: texts.uploadRefused };
      notify({ type: kind === 'cancelled' ? 'info' : 'error', content: failures[kind](file.name) });
    } finally {
      remove();
      await refresh();
    }
  };
}
