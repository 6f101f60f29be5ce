import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Reseller } from '../../api/client';
import { SelectField, TextAreaField, TextField } from '../../components/fields';
import { notify } from '../../components/flash';
import { useForm } from '../../components/use-form';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { AccountForm, accountBody, checkAccount, emptyAccount, type AccountValues } from '../customers/account-form';
import { addTexts } from '../customers/add-customer-texts';
import { CUSTOM, useResellerPlans } from './plans';
import { resellerTexts } from './texts';

interface Values extends AccountValues { resellerPlan: string }

// AddReseller creates a reseller account. With a link, the reseller sets the password.
export default function AddReseller() {
  const texts = useTexts(resellerTexts);
  const fields = useTexts(addTexts);
  const common = useTexts(shared);
  const language = useLanguage();
  const queries = useQueryClient();
  const plans = useResellerPlans();
  const [created, setCreated] = useState<string>();
  const form = useForm<Values, Reseller>({
    initial: { ...emptyAccount(language), resellerPlan: CUSTOM },
    check: (values) => checkAccount(values, common.required),
    send: (values) => call(api.POST('/v1/resellers', { body: { ...accountBody(values), resellerPlan: values.resellerPlan } })),
    done: (reseller) => {
      setCreated(reseller.id);
      notify({ type: 'success', content: texts.added(reseller.contact.name) });
      void queries.invalidateQueries({ queryKey: ['resellers'] });
    },
  });
  const planStatus = plans.isPending ? 'loading' : 'finished';
  return (
    <AccountForm
      form={form}
      title={texts.add}
      list={{ text: texts.title, href: '/resellers' }}
      created={created}
      submit={texts.add}
      access={texts.access}
      invitation={texts.passwordInvitation}
    >
      <SelectField form={form} name="resellerPlan" label={texts.plan} hint={texts.planHint} options={plans.options} status={planStatus} />
      <TextAreaField form={form} name="description" label={fields.description} hint={texts.descriptionHint} optional />
      <TextField form={form} name="externalId" label={fields.externalId} hint={texts.externalIdHint} optional />
    </AccountForm>
  );
}
