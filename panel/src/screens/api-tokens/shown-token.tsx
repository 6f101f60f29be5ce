import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Schemas } from '../../api/client';
import { useModal } from '../../components/use-modal';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { tokenTexts } from './texts';

// ShownTokenDialog shows a new API token. Nobody can read it again.
export function ShownTokenDialog({ token, onClose }: { token: Schemas['ShownToken']; onClose: () => void }) {
  const texts = useTexts(tokenTexts);
  const common = useTexts(shared);
  useModal();
  const footer = <Box float="right"><Button variant="primary" onClick={onClose}>{texts.done}</Button></Box>;
  return (
    <Modal visible header={texts.shownTitle(token.name)} closeAriaLabel={common.close} onDismiss={onClose} footer={footer}>
      <SpaceBetween size="m">
        <Alert type="warning">{texts.shownLead}</Alert>
        <div className="tn-token">
          <code aria-label={texts.token}>{token.token}</code>
          <CopyToClipboard
            copyButtonText={texts.copy}
            copySuccessText={texts.copied}
            copyErrorText={texts.notCopied}
            textToCopy={token.token}
          />
        </div>
      </SpaceBetween>
    </Modal>
  );
}
