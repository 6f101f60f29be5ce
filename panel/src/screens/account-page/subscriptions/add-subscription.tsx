import { api, call } from '../../../api/client';
import { noTime, toInstant, type LocalTime } from '../../../components/date-time';
import { DateTimeField } from '../../../components/date-time-field';
import { SelectField, TextField } from '../../../components/fields';
import { notify } from '../../../components/flash';
import { FormDialog } from '../../../components/form-dialog';
import { useForm } from '../../../components/use-form';
import { useTexts } from '../../../texts/catalogue';
import { shared } from '../../../texts/shared';
import { actionTexts } from '../../customers/actions/texts';
import type { PageAccount } from '../account';
import { CUSTOM, usePlans } from './plans';
import { subscriptionsTexts } from './texts';

interface Values { domain: string; servicePlan: string; expiresAt: LocalTime }

// AddSubscription adds a subscription with its first website to an account. The plan is one of the account's owner.
export function AddSubscription({ account: { kind, current }, changed, close }: { account: PageAccount; changed: () => void; close: () => void }) {
  const texts = useTexts(subscriptionsTexts);
  const common = useTexts(shared);
  const times = useTexts(actionTexts);
  const { id, owner } = current.data;
  const plans = usePlans(kind === 'reseller' ? 'administrator' : owner.id);
  const form = useForm<Values, { domain: string }>({
    initial: { domain: '', servicePlan: CUSTOM, expiresAt: noTime },
    check: ({ domain, expiresAt }) => ({
      '/domain': domain.trim() === '' ? common.required : undefined, '/expiresAt': toInstant(expiresAt) === null ? times.invalidTime : undefined,
    }),
    send: ({ domain, servicePlan, expiresAt }) => call(api.POST('/v1/customers/{customerId}/subscriptions', {
      params: { path: { customerId: id } }, body: { domain: domain.trim(), servicePlan, expiresAt: toInstant(expiresAt) ?? undefined },
    })),
    done: ({ domain }) => {
      changed();
      notify({ type: 'success', content: texts.added(domain) });
      close();
    },
  });
  const options = [
    ...(plans.data?.items ?? []).map((plan) => ({ value: plan.id, label: plan.name })),
    { value: CUSTOM, label: texts.custom, description: texts.customHint },
  ];
  return (
    <FormDialog form={form} title={`${texts.add}: ${current.data.contact.name}`} onClose={close}>
      <TextField form={form} name="domain" label={texts.domain} hint={texts.domainHint} autoFocus />
      <SelectField form={form} name="servicePlan" label={texts.plan} hint={texts.planHint} options={options} status={plans.isPending ? 'loading' : 'finished'} />
      <DateTimeField form={form} name="expiresAt" label={texts.expires} hint={texts.expiresHint} dateLabel={times.date} timeLabel={times.time} />
    </FormDialog>
  );
}
