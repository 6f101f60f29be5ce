import { useTexts } from '../texts/catalogue';
import { noTime, toInstant, type LocalTime } from './date-time';
import { DateTimeField } from './date-time-field';
import { TextAreaField } from './fields';
import { holdTexts } from './hold-texts';
import type { Form } from './use-form';

// HoldValues are why something is suspended, what visitors read, and until when.
export interface HoldValues { reason: string; publicMessage: string; until: LocalTime }

export const noHold: HoldValues = { reason: '', publicMessage: '', until: noTime };

// holdOf returns the body of a suspension.
export const holdOf = ({ reason, publicMessage, until }: HoldValues) =>
  ({ reason: reason.trim() || undefined, publicMessage: publicMessage.trim() || undefined, until: toInstant(until) ?? undefined });

// useHoldCheck returns the check of a suspension's form.
export function useHoldCheck() {
  const texts = useTexts(holdTexts);
  return ({ until }: HoldValues): Record<string, string> => (toInstant(until) === null ? { '/until': texts.invalidTime } : {});
}

// HoldFields are the fields of a suspension.
export function HoldFields({ form }: { form: Form<HoldValues> }) {
  const texts = useTexts(holdTexts);
  return (
    <>
      <TextAreaField form={form} name="reason" label={texts.reason} hint={texts.reasonHint} optional rows={2} autoFocus />
      <TextAreaField form={form} name="publicMessage" label={texts.publicMessage} hint={texts.publicMessageHint} optional rows={2} />
      <DateTimeField form={form} name="until" label={texts.until} hint={texts.untilHint} dateLabel={texts.date} timeLabel={texts.time} />
    </>
  );
}
