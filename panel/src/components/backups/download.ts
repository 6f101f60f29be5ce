import { api, call } from '../../api/client';

// download asks for the address of a backup and lets the browser save it. The storage answers with an attachment, so the
// page stays.
export async function download(backupId: string) {
  const { downloadUrl, fileName = '' } = await call(api.GET('/v1/backups/{backupId}', { params: { path: { backupId } } }));
  if (!downloadUrl) return;
  const link = document.createElement('a');
  link.href = downloadUrl;
  link.download = fileName; // used only if the storage does not say the name
  document.body.append(link);
  link.click();
  link.remove();
}
