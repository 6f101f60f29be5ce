import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CloudscapeForm from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { checkContact, contactValues, newContact, type ContactValues } from '../../components/contact/contact';
import { ContactFields } from '../../components/contact/contact-fields';
import { ProblemAlert } from '../../components/form-dialog';
import { LeaveGuard } from '../../components/leave-guard';
import { partOf } from '../../components/part-form';
import { Screen, type Crumb } from '../../components/screen';
import type { Form } from '../../components/use-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { AccessFields, checkAccess, type AccessValues } from './access-fields';
import { addTexts } from './add-customer-texts';

// AccountValues are what every new account has.
export interface AccountValues extends AccessValues { contact: ContactValues; description: string; externalId: string }

export function emptyAccount(locale: string): AccountValues {
  return { contact: contactValues({ locale }), login: '', setsPassword: false, password: '', description: '', externalId: '' };
}

// checkAccount returns what is missing, by pointer. required is the text to show.
export const checkAccount = (values: AccountValues, required: string) =>
  ({ ...checkContact(values.contact, required, '/contact'), ...checkAccess(values, required) });

// accountBody returns the values as the API wants them, without what was not filled in.
export function accountBody({ contact, login, setsPassword, password, description, externalId }: AccountValues) {
  return {
    login: login.trim(),
    contact: newContact(contact),
    description: description.trim() || undefined,
    externalId: externalId.trim() || undefined,
    password: setsPassword ? password : undefined,
  };
}

interface AccountFormProps<V extends AccountValues> {
  form: Form<V>;
  title: string;
  list: Crumb; // to which Cancel returns
  created: string | undefined; // the id of the account, once it exists; its page is opened then
  submit: string;
  access: string; // the title of the part with login and password
  invitation?: string;
  children: ReactNode; // the fields of the last part
}

// AccountForm is the screen on which an account is created.
export function AccountForm<V extends AccountValues>(
  { form, title, list, created, submit, access, invitation, children }: AccountFormProps<V>,
) {
  const texts = useTexts(addTexts);
  const common = useTexts(shared);
  const navigate = useNavigate();
  useEffect(() => {
    if (created !== undefined) void navigate(`${list.href}/${created}`);
  }, [created, list.href, navigate]);
  return (
    <Screen title={title} parents={[list]}>
      <LeaveGuard isChanged={form.isChanged && created === undefined} />
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <CloudscapeForm
          actions={(
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" onClick={() => void navigate(list.href)}>{common.cancel}</Button>
              <Button variant="primary" formAction="submit" loading={form.isPending} loadingText={common.loading}>{submit}</Button>
            </SpaceBetween>
          )}
        >
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">{texts.contact}</Header>}>
              <ContactFields form={partOf(form, 'contact')} prefix="/contact" autoFocus />
            </Container>
            <Container header={<Header variant="h2">{access}</Header>}><AccessFields form={form} invitation={invitation} /></Container>
            <Container header={<Header variant="h2">{texts.other}</Header>}>
              <SpaceBetween size="m">{children}</SpaceBetween>
            </Container>
            <ProblemAlert problem={form.problem} />
          </SpaceBetween>
        </CloudscapeForm>
      </form>
    </Screen>
  );
}
