import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { api, call, type Schemas } from '../../api/client';
import { Field, TextAreaField, TextField } from '../../components/fields';
import { notify } from '../../components/flash';
import { useForm } from '../../components/use-form';
import { useRole } from '../../session/use-me';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { AccountForm, accountBody, checkAccount, emptyAccount, type AccountValues } from './account-form';
import { addTexts } from './add-customer-texts';
import { OwnerSelect } from './owner-select';
import { customerTexts } from './texts';

interface Values extends AccountValues { owner: string }

// AddCustomer creates a customer account (guide: Add Customer). With a link, the customer sets the password.
export default function AddCustomer() {
  const texts = useTexts(addTexts);
  const list = useTexts(customerTexts);
  const common = useTexts(shared);
  const language = useLanguage();
  const [parameters] = useSearchParams();
  const queries = useQueryClient();
  const isAdministrator = useRole() === 'administrator';
  const [created, setCreated] = useState<string>();
  const form = useForm<Values, Schemas['Customer']>({
    initial: { ...emptyAccount(language), owner: isAdministrator ? parameters.get('owner') ?? 'administrator' : '' },
    check: (values) => checkAccount(values, common.required),
    send: (values) => call(api.POST('/v1/customers', { body: { ...accountBody(values), owner: values.owner || undefined } })),
    done: (customer) => {
      setCreated(customer.id);
      notify({ type: 'success', content: texts.done(customer.contact.name) });
      void queries.invalidateQueries({ queryKey: ['customers'] });
    },
  });
  return (
    <AccountForm
      form={form}
      title={list.add}
      list={{ text: list.title, href: '/customers' }}
      created={created}
      submit={texts.submit}
      access={texts.access}
    >
      <TextAreaField form={form} name="description" label={texts.description} hint={texts.descriptionHint} optional />
      <TextField form={form} name="externalId" label={texts.externalId} hint={texts.externalIdHint} optional />
      {isAdministrator && (
        <Field form={form} name="owner" label={texts.owner} hint={texts.ownerHint}>
          <OwnerSelect value={form.values.owner} onChange={(owner) => { form.set('owner', owner); }} />
        </Field>
      )}
    </AccountForm>
  );
}
