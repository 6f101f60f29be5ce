import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, type ReactNode } from 'react';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';
import { session } from './session';
import { SignInForm } from './sign-in-form';
import { signInTexts } from './texts';

// Entry is the frame of what people see who are not signed in.
function Entry({ title, children }: { title: string; children: ReactNode }) {
  const texts = useTexts(shared);
  useEffect(() => { document.title = texts.title(title); }, [texts, title]);
  return (
    <div className="tn-entry">
      <header className="tn-brand"><img src="/favicon.svg" alt="" width="32" height="32" /> {texts.product}</header>
      <main><Container header={<Header variant="h1">{title}</Header>}>{children}</Container></main>
    </div>
  );
}

// SignInPage asks for login and password. If the account is suspended, it shows what the account may read about it.
export function SignInPage({ suspended }: { suspended?: string }) {
  const texts = useTexts(signInTexts);
  return (
    <Entry title={texts.title}>
      <SpaceBetween size="l">
        {suspended !== undefined && <div role="alert"><Alert type="warning" header={texts.suspendedTitle}>{suspended}</Alert></div>}
        <SignInForm />
      </SpaceBetween>
    </Entry>
  );
}

// UnreachablePage says that the service does not answer.
export function UnreachablePage() {
  const texts = useTexts(signInTexts);
  const common = useTexts(shared);
  return (
    <Entry title={texts.unreachableTitle}>
      <SpaceBetween size="m">
        <div role="alert">{texts.unreachableLead}</div>
        <Button variant="primary" onClick={() => void session.load()}>{common.tryAgain}</Button>
      </SpaceBetween>
    </Entry>
  );
}
