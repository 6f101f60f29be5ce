import { useNavigate } from 'react-router';
import { api, call, callWithTag } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { noTime, toInstant, toLocal } from '../../components/date-time';
import { DateTimeField } from '../../components/date-time-field';
import { TextAreaField } from '../../components/fields';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { useForm } from '../../components/use-form';
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

function SuspendDialog({ subscription, onClose }: DialogProps) {
  const texts = useTexts(subscriptionTexts);
  const name = useNameOf()(subscription);
  const changed = useSubscriptionChanged();
  const form = useForm({
    initial: { reason: '', publicMessage: '', until: noTime },
    check: ({ until }) => ({ ...(toInstant(until) === null && { '/until': texts.invalidTime }) }),
    send: ({ reason, publicMessage, until }) => call(api.POST('/v1/subscriptions/{subscriptionId}/suspend', {
      params: { path: { subscriptionId: subscription.id } },
      body: { reason: reason.trim() || undefined, publicMessage: publicMessage.trim() || undefined, until: toInstant(until) ?? undefined },
    })),
    done: () => {
      changed();
      notify({ type: 'success', content: texts.suspended(name) });
      onClose();
    },
  });
  return (
    <FormDialog form={form} title={texts.suspendTitle(name)} submit={texts.suspend} onClose={onClose}>
      <p className="tn-lead">{texts.suspendLead}</p>
      <TextAreaField form={form} name="reason" label={texts.reason} hint={texts.reasonHint} optional rows={2} autoFocus />
      <TextAreaField form={form} name="publicMessage" label={texts.publicMessage} hint={texts.publicMessageHint} optional rows={2} />
      <DateTimeField form={form} name="until" label={texts.untilLabel} hint={texts.untilHint} dateLabel={texts.date} timeLabel={texts.time} />
    </FormDialog>
  );
}

function ActivateDialog({ subscription, onClose }: DialogProps) {
  const texts = useTexts(subscriptionTexts);
  const name = useNameOf()(subscription);
  const changed = useSubscriptionChanged();
  return (
    <ConfirmDialog
      title={texts.activateTitle(name)}
      confirm={texts.activate}
      send={() => call(api.POST('/v1/subscriptions/{subscriptionId}/activate', { params: { path: { subscriptionId: subscription.id } } }))}
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

function RemoveDialog({ subscription, onClose }: DialogProps) {
  const texts = useTexts(subscriptionTexts);
  const name = useNameOf()(subscription);
  const changed = useSubscriptionChanged();
  const navigate = useNavigate();
  return (
    <ConfirmDialog
      title={texts.removeTitle(name)}
      send={() => call(api.DELETE('/v1/subscriptions/{subscriptionId}', { params: { path: { subscriptionId: subscription.id } } }))}
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
