import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';
import { ProblemAlert } from './form-dialog';
import { useForm } from './use-form';
import { useModal } from './use-modal';

interface ConfirmDialogProps<R> {
  title: string; // names the object: "Remove Ada Lovelace?"
  confirm?: string; // the label of the button; default: Yes, as in the guide
  disabled?: boolean;
  send: () => Promise<R>;
  done: (result: R) => void;
  onClose: () => void;
  children: ReactNode; // what will happen
}

// ConfirmDialog asks before something that cannot be undone.
export function ConfirmDialog<R>({ title, confirm, disabled, send, done, onClose, children }: ConfirmDialogProps<R>) {
  const texts = useTexts(shared);
  const form = useForm({ initial: {}, send, done });
  useModal();
  const footer = (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" onClick={onClose}>{texts.cancel}</Button>
        <Button variant="primary" loading={form.isPending} loadingText={texts.loading} disabled={disabled} onClick={form.submit}>
          {confirm ?? texts.yes}
        </Button>
      </SpaceBetween>
    </Box>
  );
  return (
    <Modal visible header={title} closeAriaLabel={texts.close} onDismiss={onClose} footer={footer}>
      <SpaceBetween size="m">
        <ProblemAlert problem={form.problem} />
        {children}
      </SpaceBetween>
    </Modal>
  );
}
