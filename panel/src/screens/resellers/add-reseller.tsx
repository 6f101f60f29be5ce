import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CloudscapeForm from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, call, type Reseller } from '../../api/client';
import { checkContact, contactValues, newContact, type ContactValues } from '../../components/contact/contact';
import { ContactFields } from '../../components/contact/contact-fields';
import { SelectField, TextAreaField, TextField } from '../../components/fields';
import { notify } from '../../components/flash';
import { ProblemAlert } from '../../components/form-dialog';
import { LeaveGuard } from '../../components/leave-guard';
import { partOf } from '../../components/part-form';
import { Screen } from '../../components/screen';
import { useForm } from '../../components/use-form';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { addTexts } from '../customers/add-customer-texts';
import { AccessFields, checkAccess, type AccessValues } from '../customers/access-fields';
import { CUSTOM, useResellerPlans } from './plans';
import { resellerTexts } from './texts';

interface Values extends AccessValues { contact: ContactValues; description: string; externalId: string; resellerPlan: string }

// AddReseller creates a reseller account. With a link, the reseller sets the password.
export default function AddReseller() {
  const texts = useTexts(resellerTexts);
  const fields = useTexts(addTexts);
  const common = useTexts(shared);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const plans = useResellerPlans();
  const [created, setCreated] = useState<string>();
  useEffect(() => {
    if (created !== undefined) void navigate(`/resellers/${created}`);
  }, [created, navigate]);
  const form = useForm<Values, Reseller>({
    initial: {
      contact: contactValues({ locale: useLanguage() }), login: '', setsPassword: false, password: '', description: '', externalId: '', resellerPlan: CUSTOM,
    },
    check: (values) => ({ ...checkContact(values.contact, common.required, '/contact'), ...checkAccess(values, common.required) }),
    send: ({ contact, login, setsPassword, password, description, externalId, resellerPlan }) => call(api.POST('/v1/resellers', {
      body: {
        contact: newContact(contact), login: login.trim(), password: setsPassword ? password : undefined,
        description: description.trim() || undefined, externalId: externalId.trim() || undefined, resellerPlan,
      },
    })),
    done: (reseller) => {
      setCreated(reseller.id);
      notify({ type: 'success', content: texts.added(reseller.contact.name) });
      void queries.invalidateQueries({ queryKey: ['resellers'] });
    },
  });
  return (
    <Screen title={texts.add} parents={[{ text: texts.title, href: '/resellers' }]}>
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
              <Button formAction="none" variant="link" onClick={() => void navigate('/resellers')}>{common.cancel}</Button>
              <Button variant="primary" formAction="submit" loading={form.isPending} loadingText={common.loading}>{texts.add}</Button>
            </SpaceBetween>
          )}
        >
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">{fields.contact}</Header>}>
              <ContactFields form={partOf(form, 'contact')} prefix="/contact" autoFocus />
            </Container>
            <Container header={<Header variant="h2">{texts.access}</Header>}>
              <AccessFields form={form} invitation={texts.passwordInvitation} />
            </Container>
            <Container header={<Header variant="h2">{fields.other}</Header>}>
              <SpaceBetween size="m">
                <SelectField form={form} name="resellerPlan" label={texts.plan} hint={texts.planHint} options={plans.options} status={plans.isPending ? 'loading' : 'finished'} />
                <TextAreaField form={form} name="description" label={fields.description} hint={texts.descriptionHint} optional />
                <TextField form={form} name="externalId" label={fields.externalId} hint={texts.externalIdHint} optional />
              </SpaceBetween>
            </Container>
            <ProblemAlert problem={form.problem} />
          </SpaceBetween>
        </CloudscapeForm>
      </form>
    </Screen>
  );
}
