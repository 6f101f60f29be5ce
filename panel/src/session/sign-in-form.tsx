import Button from '@cloudscape-design/components/button';
import CloudscapeLink from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { TextField } from '../components/fields';
import { ProblemAlert } from '../components/form-dialog';
import { useForm } from '../components/use-form';
import { useLanguage, useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';
import { session } from './session';
import { signInTexts } from './texts';

// SignInForm signs in. login is filled in if it is known.
export function SignInForm({ login = '' }: { login?: string }) {
  const texts = useTexts(signInTexts);
  const common = useTexts(shared);
  const form = useForm({
    initial: { login, password: '' },
    check: ({ login: name, password }) => ({
      ...(name.trim() === '' && { '/login': common.required }), ...(password === '' && { '/password': common.required }),
    }),
    send: ({ login: name, password }) => session.signIn(name.trim(), password),
    done: () => undefined,
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <SpaceBetween size="m">
        <ProblemAlert problem={form.problem} />
        <TextField form={form} name="login" label={texts.login} autoComplete="username" autoFocus={login === ''} />
        <TextField form={form} name="password" type="password" label={texts.password} autoComplete="current-password" autoFocus={login !== ''} />
        <Button variant="primary" formAction="submit" fullWidth loading={form.isPending} loadingText={common.loading}>{texts.submit}</Button>
        <CloudscapeLink href={`/reset-password?lang=${useLanguage()}`}>{texts.forgotten}</CloudscapeLink>
      </SpaceBetween>
    </form>
  );
}
