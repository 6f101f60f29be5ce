import Modal from '@cloudscape-design/components/modal';
import { api, callWithTag } from '../../api/client';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { resourceTexts } from '../../components/resources/texts';
import { useDescriptor, useResourceLabels, useResourceNames } from '../../components/resources/use-resources';
import { checkValues, toSet, toValues, type Descriptor } from '../../components/resources/values';
import { Failure, Loading } from '../../components/screen';
import { useVersionedForm } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { CUSTOM, loadSubscription, useNameOf, usePlanNames, useSubscriptionChanged, type Subscription } from './data';
import type { DialogProps } from './dialogs';
import { PlanFields, type PlanChoice } from './plan-fields';
import { subscriptionTexts } from './texts';

// PlanDialog changes the plan of a subscription, or its own resources.
export function PlanDialog(props: DialogProps) {
  const texts = useTexts(subscriptionTexts);
  const common = useTexts(shared);
  const name = useNameOf()(props.subscription);
  const descriptor = useDescriptor();
  if (descriptor.data) return <Editor {...props} descriptor={descriptor.data} />;
  return (
    <Modal visible size="large" header={texts.changePlanTitle(name)} closeAriaLabel={common.close} onDismiss={props.onClose}>
      {descriptor.isError ? <Failure error={descriptor.error} retry={() => void descriptor.refetch()} /> : <Loading />}
    </Modal>
  );
}

function Editor({ subscription, etag, descriptor, onClose }: DialogProps & { descriptor: Descriptor }) {
  const texts = useTexts(subscriptionTexts);
  const { invalid } = useTexts(resourceTexts);
  const name = useNameOf()(subscription);
  const planName = usePlanNames();
  const changed = useSubscriptionChanged();
  const { separator } = useResourceNames();
  const { labels, show } = useResourceLabels(descriptor);
  const { form, conflict } = useVersionedForm<PlanChoice, Subscription>({
    current: { data: subscription, etag },
    valuesOf: ({ servicePlan, resources }) => ({ servicePlan, ...toValues(descriptor, 'subscription', resources, separator) }),
    labels: { ...labels, servicePlan: texts.plan },
    show: (field, value) => (field === 'servicePlan' && typeof value === 'string' ? planName(value) ?? texts.otherPlan : show(field, value)),
    check: (values) => (values.servicePlan === CUSTOM ? checkValues(values, invalid, '/resources') : {}),
    reload: () => loadSubscription(subscription.id),
    send: (_, version, values) => callWithTag(api.PUT('/v1/subscriptions/{subscriptionId}/plan', {
      params: { path: { subscriptionId: subscription.id }, header: { 'If-Match': version } },
      body: {
        servicePlan: values.servicePlan,
        resources: values.servicePlan === CUSTOM ? toSet(descriptor, 'subscription', values) : undefined,
      },
    })),
    done: (saved) => {
      changed();
      if (saved) notify({ type: 'success', content: texts.planChanged(name) });
      onClose();
    },
  });
  return (
    <FormDialog form={form} title={texts.changePlanTitle(name)} size="large" conflict={conflict} onClose={onClose}>
      <PlanFields form={form} owner={undefined} />
    </FormDialog>
  );
}
