import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useModal } from '../components/use-modal';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';
import { SignInForm } from './sign-in-form';
import { signInTexts } from './texts';
import { useSession } from './use-me';

// SignInDialog asks to sign in again over the page, when the session has expired. It has no button to close it, because the
// page cannot do anything without a session.
export function SignInDialog() {
  const state = useSession();
  if (state.phase !== 'signed-in' || !state.expired) return null;
  return <Again login={state.me.account.login ?? ''} />;
}

function Again({ login }: { login: string }) {
  const texts = useTexts(signInTexts);
  const common = useTexts(shared);
  useModal();
  return (
    <Modal data-tn-stays visible header={texts.againTitle} closeAriaLabel={common.close} onDismiss={() => undefined} size="small">
      <SpaceBetween size="m">
        <p>{texts.againLead}</p>
        <SignInForm login={login} />
      </SpaceBetween>
    </Modal>
  );
}
