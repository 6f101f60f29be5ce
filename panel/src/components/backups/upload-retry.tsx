import Button from '@cloudscape-design/components/button';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { backupTexts } from './texts';

// UploadRetry has the buttons of the message about a failed upload.
export function UploadRetry({ retry, discard }: { retry: () => void; discard: () => void }) {
  const texts = useTexts(backupTexts);
  const common = useTexts(shared);
  return (
    <div className="tn-actions">
      <Button onClick={retry}>{common.tryAgain}</Button>
      <Button onClick={discard}>{texts.discard}</Button>
    </div>
  );
}
