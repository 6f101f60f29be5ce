import { api, call, type Schemas } from '../../../api/client';
import { noTime, toInstant, type LocalTime } from '../../../components/date-time';
import { DateTimeField } from '../../../components/date-time-field';
import { TextAreaField } from '../../../components/fields';
import { notify } from '../../../components/flash';
import { FormDialog } from '../../../components/form-dialog';
import { useForm } from '../../../components/use-form';
import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import { Preview } from './preview';
import { numberOf, onlyCustomer, selectorOf } from './target';
import { actionTexts } from './texts';
import { checkTimes } from './times';
import type { DialogProps } from './use-customer-actions';
import { useAccepted } from './use-accepted';
import { useCustomerVersion } from './use-customer-version';
import { usePreview } from './use-preview';
import { useReasonHint } from './use-reason-hint';
import { useTargetName } from './use-target-name';

interface Values { reason: string; publicMessage: string; from: LocalTime; until: LocalTime }

// SuspendDialog suspends customers now or later, with a reason and a public message, until they are activated or until a
// set time.
export default function SuspendDialog({ target, initial = {}, close, done }: DialogProps) {
  const texts = useTexts(actionTexts);
  const format = useFormat();
  const nameOf = useTargetName();
  const accepted = useAccepted(close);
  const version = useCustomerVersion(target);
  const number = numberOf(target);
  const selector = selectorOf(target);
  const preview = usePreview(['suspend', selector], (signal) =>
    call(api.POST('/v1/customers/suspend', { body: { ...selector, dryRun: true }, signal })));
  const name = nameOf(target, preview.forecast);
  const form = useForm<Values, Schemas['AcceptResponse'] | undefined>({
    initial: { reason: initial.reason ?? '', publicMessage: initial.publicMessage ?? '', from: noTime, until: initial.until ?? noTime },
    check: ({ from, until }) => checkTimes(toInstant(from), toInstant(until), texts),
    send: async ({ reason, publicMessage, from, until }) => {
      const hold = { reason: reason.trim() || undefined, publicMessage: publicMessage.trim() || undefined };
      const [suspendAt, end] = [toInstant(from) ?? undefined, toInstant(until) ?? undefined];
      const customer = onlyCustomer(target);
      if (!customer) return call(api.POST('/v1/customers/suspend', { body: { ...selector, ...hold, until: end, suspendAt } }));
      const path = { customerId: customer.id };
      await version<unknown>((header) => (suspendAt
        ? call(api.PUT('/v1/customers/{customerId}/schedule', { params: { path, header }, body: { ...hold, suspendAt, activateAt: end } }))
        : call(api.POST('/v1/customers/{customerId}/suspend', { params: { path, header }, body: { ...hold, until: end } }))));
      return undefined;
    },
    done: (response, { from }) => {
      const start = toInstant(from);
      if (!response) notify({ type: 'success', content: start ? texts.scheduled(name, format.time(start)) : texts.doneSuspend(name) });
      accepted(response ?? {});
      done();
    },
  });
  const times = { form, dateLabel: texts.date, timeLabel: texts.time };
  return (
    <FormDialog form={form} title={texts.titles.suspend(name)} submit={texts.suspend} onClose={close} disabled={preview.forecast?.possible === 0}>
      <p className="tn-lead">{texts.suspendLead[number]}</p>
      <TextAreaField form={form} name="reason" label={texts.reason} hint={useReasonHint()} optional rows={2} />
      <TextAreaField form={form} name="publicMessage" label={texts.publicMessage} hint={texts.publicMessageHint} optional rows={2} />
      <DateTimeField {...times} name="from" pointer="/suspendAt" label={texts.from} hint={texts.fromHint} />
      <DateTimeField {...times} name="until" label={texts.until} hint={texts.untilHint[number]} />
      <Preview target={target} preview={preview} />
    </FormDialog>
  );
}
