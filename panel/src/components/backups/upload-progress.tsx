import Button from '@cloudscape-design/components/button';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import { useStore } from '../../store';
import { useTexts } from '../../texts/catalogue';
import { useResourceNames } from '../resources/use-resources';
import { backupTexts } from './texts';
import { uploads } from './uploads';

// UploadProgress shows how much of an upload is done, and cancels it.
export function UploadProgress({ id }: { id: string }) {
  const texts = useTexts(backupTexts);
  const names = useResourceNames();
  const upload = useStore(uploads).find((other) => other.id === id);
  if (!upload) return null;
  const { file, sent, cancel } = upload;
  const total = Math.max(1, file.size);
  return (
    <div className="tn-upload">
      <ProgressBar
        variant="flash"
        label={texts.uploading(file.name)}
        value={Math.min(100, Math.round((sent / total) * 100))}
        additionalInfo={`${texts.progress(names.size(sent), names.size(file.size))} · ${texts.stay}`}
      />
      <Button onClick={cancel}>{texts.cancelUpload}</Button>
    </div>
  );
}
