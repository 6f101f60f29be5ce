import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CloudscapeForm from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { api, call, type Schemas } from '../../api/client';
import { checkContact, contactValues, newContact, type ContactValues } from '../../components/contact/contact';
import { ContactFields } from '../../components/contact/contact-fields';
import { Field, TextAreaField, TextField } from '../../components/fields';
import { notify } from '../../components/flash';
import { LeaveGuard } from '../../components/leave-guard';
import { ProblemAlert } from '../../components/form-dialog';
import { partOf } from '../../components/part-form';
import { Screen } from '../../components/screen';
import { useForm } from '../../components/use-form';
import { useRole } from '../../session/use-me';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { AccessFields, checkAccess, type AccessValues } from './access-fields';
import { addTexts } from './add-customer-texts';
import { OwnerSelect } from './owner-select';
import { customerTexts } from './texts';

interface Values extends AccessValues {
  contact: ContactValues;
  description: string;
  externalId: string;
  owner: string;
}

// withoutEmpty leaves out what was not filled in.
const withoutEmpty = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<T>;

export function bodyOf({ contact, login, setsPassword, password, description, externalId, owner }: Values): Schemas['NewCustomer'] {
  return {
    login: login.trim(),
    contact: newContact(contact),
    ...withoutEmpty({ description: description.trim(), externalId: externalId.trim(), owner }),
    ...(setsPassword && { password }),
  };
}

// AddCustomer creates a customer account (guide: Add Customer). With a link, the customer sets the password.
export default function AddCustomer() {
  const texts = useTexts(addTexts);
  const list = useTexts(customerTexts);
  const common = useTexts(shared);
  const language = useLanguage();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const queries = useQueryClient();
  const isAdministrator = useRole() === 'administrator';
  const [created, setCreated] = useState<string>();
  useEffect(() => {
    if (created !== undefined) void navigate(`/customers/${created}`);
  }, [created, navigate]);
  const form = useForm<Values, Schemas['Customer']>({
    initial: {
      contact: contactValues({ locale: language }), login: '', setsPassword: false, password: '', description: '', externalId: '',
      owner: isAdministrator ? parameters.get('owner') ?? 'administrator' : '',
    },
    check: (values) => ({ ...checkContact(values.contact, common.required, '/contact'), ...checkAccess(values, common.required) }),
    send: (values) => call(api.POST('/v1/customers', { body: bodyOf(values) })),
    done: (customer) => {
      setCreated(customer.id);
      notify({ type: 'success', content: texts.done(customer.contact.name) });
      void queries.invalidateQueries({ queryKey: ['customers'] });
    },
  });
  return (
    <Screen title={list.add} parents={[{ text: list.title, href: '/customers' }]}>
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
              <Button formAction="none" variant="link" onClick={() => void navigate('/customers')}>{common.cancel}</Button>
              <Button variant="primary" formAction="submit" loading={form.isPending} loadingText={common.loading}>{texts.submit}</Button>
            </SpaceBetween>
          )}
        >
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">{texts.contact}</Header>}>
              <ContactFields form={partOf(form, 'contact')} prefix="/contact" autoFocus />
            </Container>
            <Container header={<Header variant="h2">{texts.access}</Header>}><AccessFields form={form} /></Container>
            <Container header={<Header variant="h2">{texts.other}</Header>}>
              <SpaceBetween size="m">
                <TextAreaField form={form} name="description" label={texts.description} hint={texts.descriptionHint} optional />
                <TextField form={form} name="externalId" label={texts.externalId} hint={texts.externalIdHint} optional />
                {isAdministrator && (
                  <Field form={form} name="owner" label={texts.owner} hint={texts.ownerHint}>
                    <OwnerSelect value={form.values.owner} onChange={(owner) => { form.set('owner', owner); }} />
                  </Field>
                )}
              </SpaceBetween>
            </Container>
            <ProblemAlert problem={form.problem} />
          </SpaceBetween>
        </CloudscapeForm>
      </form>
    </Screen>
  );
}
