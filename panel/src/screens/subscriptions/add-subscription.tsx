import { api, call } from '../../api/client';
import { noTime, toInstant, type LocalTime } from '../../components/date-time';
import { DateTimeField } from '../../components/date-time-field';
import { TextField } from '../../components/fields';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { resourceTexts } from '../../components/resources/texts';
import { useDescriptor, useResourceNames } from '../../components/resources/use-resources';
import { checkValues, toSet, toValues, type Descriptor } from '../../components/resources/values';
import { useForm } from '../../components/use-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { CUSTOM, usePlans, useSubscriptionChanged, type Subscription } from './data';
import { PlanFields, type PlanChoice } from './plan-fields';
import { subscriptionTexts } from './texts';

interface AddSubscriptionProps {
  customerId: string;
  owner?: string; // the provider of the customer, whose plans can be chosen; default: the caller
  onClose: () => void;
}

interface Values extends PlanChoice { domain: string; expiresAt: LocalTime }

// AddSubscription adds a subscription to a customer or a reseller.
export function AddSubscription(props: AddSubscriptionProps) {
  const descriptor = useDescriptor().data;
  const plans = usePlans(props.owner);
  if (!descriptor || plans.isPending) return null;
  return <AddDialog {...props} descriptor={descriptor} plan={plans.data?.items[0]?.id ?? CUSTOM} />;
}

function AddDialog({ customerId, owner, onClose, descriptor, plan }: AddSubscriptionProps & { descriptor: Descriptor; plan: string }) {
  const texts = useTexts(subscriptionTexts);
  const common = useTexts(shared);
  const { invalid } = useTexts(resourceTexts);
  const { separator } = useResourceNames();
  const changed = useSubscriptionChanged();
  const form = useForm<Values, Subscription>({
    initial: { domain: '', expiresAt: noTime, servicePlan: plan, ...toValues(descriptor, 'subscription', {}, separator) },
    check: (values) => ({
      ...(values.domain.trim() === '' && { '/domain': common.required }),
      ...(toInstant(values.expiresAt) === null && { '/expiresAt': texts.invalidTime }),
      ...(values.servicePlan === CUSTOM && checkValues(values, invalid, '/resources')),
    }),
    send: (values) => call(api.POST('/v1/customers/{customerId}/subscriptions', {
      params: { path: { customerId } },
      body: {
        domain: values.domain.trim(), servicePlan: values.servicePlan, expiresAt: toInstant(values.expiresAt) ?? undefined,
        resources: values.servicePlan === CUSTOM ? toSet(descriptor, 'subscription', values) : undefined,
      },
    })),
    done: ({ domain }) => {
      changed();
      notify({ type: 'success', content: texts.added(domain) });
      onClose();
    },
  });
  return (
    <FormDialog form={form} title={texts.add} size={form.values.servicePlan === CUSTOM ? 'large' : 'medium'} onClose={onClose}>
      <TextField form={form} name="domain" label={texts.domain} hint={texts.domainHint} autoFocus />
      <PlanFields form={form} owner={owner} />
      <DateTimeField form={form} name="expiresAt" label={texts.expires} hint={texts.expiryHint} dateLabel={texts.date} timeLabel={texts.time} />
    </FormDialog>
  );
}
