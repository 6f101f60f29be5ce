import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal, { type ModalProps } from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useId, type ReactNode } from 'react';
import type { Problem } from '../api/problem';
import { useTexts } from '../texts/catalogue';
import { useProblemTexts } from '../texts/problem-text';
import { shared } from '../texts/shared';
import { useSession } from '../session/use-me';
import { Link } from './link';
import type { Form } from './use-form';
import { useModal } from './use-modal';

interface FormDialogProps<V> {
  form: Form<V>;
  title: string;
  submit?: string; // the label of the button; default: OK, as in the guide
  size?: ModalProps['size'];
  disabled?: boolean;
  isDone?: boolean; // whether the dialog has already done something that closing it does not take back
  conflict?: ReactNode; // shown instead of the problem if somebody else changed the object meanwhile
  onClose: () => void;
  children: ReactNode;
}

// FormDialog is a form over the page. Enter submits it, Escape closes it. It shows problems at their fields and everything
// else above them.
export function FormDialog<V>({ form, title, submit, size, disabled, isDone, conflict, onClose, children }: FormDialogProps<V>) {
  const texts = useTexts(shared);
  const id = useId();
  useModal();
  useFocusOnFirstField(id);
  const isConflict = form.problem?.code === 'version-mismatch' && conflict !== undefined;
  const footer = (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" onClick={onClose}>{isDone ? texts.close : texts.cancel}</Button>
        <Button variant="primary" form={id} formAction="submit" loading={form.isPending} loadingText={texts.loading} disabled={disabled}>
          {submit ?? texts.ok}
        </Button>
      </SpaceBetween>
    </Box>
  );
  return (
    <Modal visible header={title} size={size} closeAriaLabel={texts.close} onDismiss={onClose} footer={footer}>
      <form
        id={id}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (!disabled) form.submit();
        }}
      >
        <SpaceBetween size="m">
          {isConflict ? conflict : <ProblemAlert problem={form.problem} />}
          {children}
        </SpaceBetween>
      </form>
    </Modal>
  );
}

// useFocusOnFirstField gives the focus to the first field of the form, after the dialog has focused its close button.
function useFocusOnFirstField(formId: string) {
  useEffect(() => {
    const timer = setTimeout(() => {
      document.getElementById(formId)?.querySelector<HTMLElement>('input, textarea, button[aria-haspopup]')?.focus();
    });
    return () => { clearTimeout(timer); };
  }, [formId]);
}

// ProblemAlert explains a problem of a whole form. If fields have problems, it also lists those that no field shows.
export function ProblemAlert({ problem }: { problem: Problem | undefined }) {
  const texts = useTexts(shared);
  const problems = useProblemTexts();
  const session = useSession();
  const role = session.phase === 'signed-in' ? session.me.account.kind : undefined;
  const isManager = role === 'administrator' || role === 'reseller';
  if (!problem) return null;
  return (
    <div role="alert">
      <Alert type="error">
        {problems.problem(problem)}
        {problem.operation && isManager && <> <Link href={`/operations/${problem.operation}`}>{texts.showOperation}</Link></>}
        {problem.status >= 500 && problem.requestId && <div className="tn-faint">{texts.failure.reference(problem.requestId)}</div>}
      </Alert>
    </div>
  );
}
