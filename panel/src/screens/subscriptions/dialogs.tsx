import { useNavigate } from 'react-router';
import { api, call, callWithTag } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { noTime, toInstant, toLocal } from '../../components/date-time';
import { DateTimeField } from '../../components/date-time-field';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { HoldFields, holdOf, noHold, useHoldCheck } from '../../components/hold-fields';
import { useForm } from '../../components/use-form';
import { factsOf, useVersion } from '../../components/use-version';
import { useVersionedForm } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { loadSubscription, useNameOf, useSubscriptionChanged, type Subscription } from './data';
import { PlanDialog } from './plan-dialog';
import { subscriptionTexts } from './texts';

export type DialogName = 'suspend' | 'activate' | 'plan' | 'expiry' | 'remove';

export interface DialogProps { subscription: Subscription; etag: string; onClose: () => void }

const dialogs = { suspend: SuspendDialog, activate: ActivateDialog, plan: PlanDialog, expiry: ExpiryDialog, remove: RemoveDialog };

// SubscriptionDialog is the dialog of one action on a subscription.
export function SubscriptionDialog({ name, ...props }: DialogProps & { name: DialogName }) {
  const Dialog = dialogs[name];
  return <Dialog {...props} />;
}

// useSubscriptionVersion returns a function that sends a change of the subscription as the user sees it.
function useSubscriptionVersion({ subscription, etag }: DialogProps) {
  const changed = useSubscriptionChanged();
  const seenOf = (data: Subscription, tag: string) =>
    ({ etag: tag, facts: factsOf(data.domain, data.customer, data.servicePlan, data.status, data.expiresAt) });
  return useVersion(seenOf(subscription, etag), async () => {
    const newest = await loadSubscription(subscription.id);
    changed();
    return seenOf(newest.data, newest.etag);
  });
}

function SuspendDialog(props: DialogProps) {
  const { subscription, onClose } = props;
  const texts = useTexts(subscriptionTexts);
  const name = useNameOf()(subscription);
  const changed = useSubscriptionChanged();
  const version = useSubscriptionVersion(props);
  const form = useForm({
    initial: noHold,
    check: useHoldCheck(),
    send: (values) => version((header) => call(api.POST('/v1/subscriptions/{subscriptionId}/suspend', {
      params: { path: { subscriptionId: subscription.id }, header }, body: holdOf(values),
    }))),
    done: () => {
      changed();
      notify({ type: 'success', content: texts.suspended(name) });
      onClose();
    },
  });
  return (
    <FormDialog form={form} title={texts.suspendTitle(name)} submit={texts.suspend} onClose={onClose}>
      <p className="tn-lead">{texts.suspendLead}</p>
      <HoldFields form={form} />
    </FormDialog>
  );
}

function ActivateDialog(props: DialogProps) {
  const { subscription, onClose } = props;
  const version = useSubscriptionVersion(props);
  const texts = useTexts(subscriptionTexts);
  const name = useNameOf()(subscription);
  const changed = useSubscriptionChanged();
  return (
    <ConfirmDialog
      title={texts.activateTitle(name)}
      confirm={texts.activate}
      send={() => version((header) => call(api.POST('/v1/subscriptions/{subscriptionId}/activate', {
        params: { path: { subscriptionId: subscription.id }, header },
      })))}
      done={({ status }) => {
        changed();
        if (status === 'active') notify({ type: 'success', content: texts.activated(name) });
        else notify({ type: 'warning', content: texts.stillSuspended(name) });
        onClose();
      }}
      onClose={onClose}
    >
      {texts.activateLead}
    </ConfirmDialog>
  );
}

function ExpiryDialog({ subscription, etag, onClose }: DialogProps) {
  const texts = useTexts(subscriptionTexts);
  const format = useFormat();
  const name = useNameOf()(subscription);
  const changed = useSubscriptionChanged();
  const params = { path: { subscriptionId: subscription.id } };
  const { form, conflict } = useVersionedForm<{ expiresAt: typeof noTime }, Subscription>({
    current: { data: subscription, etag },
    valuesOf: ({ expiresAt }) => ({ expiresAt: expiresAt ? toLocal(expiresAt) : noTime }),
    labels: { expiresAt: texts.expires },
    show: (_, value) => {
      const instant = toInstant(value);
      return instant ? format.time(instant) : texts.never;
    },
    check: ({ expiresAt }) => ({ ...(toInstant(expiresAt) === null && { '/expiresAt': texts.invalidTime }) }),
    reload: () => loadSubscription(subscription.id),
    send: (_, version, { expiresAt }) => callWithTag(api.PATCH('/v1/subscriptions/{subscriptionId}', {
      params: { ...params, header: { 'If-Match': version } }, body: { expiresAt: toInstant(expiresAt) ?? null },
    })),
    done: (saved) => {
      changed();
      if (saved) notify({ type: 'success', content: texts.expiryChanged(name) });
      onClose();
    },
  });
  return (
    <FormDialog form={form} title={texts.changeExpiryTitle(name)} conflict={conflict} onClose={onClose}>
      <DateTimeField form={form} name="expiresAt" label={texts.expires} hint={texts.expiryHint} dateLabel={texts.date} timeLabel={texts.time} />
    </FormDialog>
  );
}

function RemoveDialog(props: DialogProps) {
  const { subscription, onClose } = props;
  const version = useSubscriptionVersion(props);
  const texts = useTexts(subscriptionTexts);
  const name = useNameOf()(subscription);
  const changed = useSubscriptionChanged();
  const navigate = useNavigate();
  return (
    <ConfirmDialog
      title={texts.removeTitle(name)}
      send={() => version((header) => call(api.DELETE('/v1/subscriptions/{subscriptionId}', {
        params: { path: { subscriptionId: subscription.id }, header },
      })))}
      done={() => {
        notify({ type: 'success', content: texts.removed(name) });
        void navigate(-1);
        changed();
      }}
      onClose={onClose}
    >
      {texts.removeLead}
    </ConfirmDialog>
  );
}
