import DatePicker from '@cloudscape-design/components/date-picker';
import TimeInput from '@cloudscape-design/components/time-input';
import { useId } from 'react';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';
import type { LocalTime } from './date-time';
import { Field } from './fields';
import type { Form } from './use-form';

interface DateTimeFieldProps<V> {
  form: Form<V>;
  name: keyof V & string;
  label: string;
  pointer?: string;
  hint?: string;
  dateLabel: string;
  timeLabel: string;
}

// DateTimeField edits a LocalTime, in the viewer's zone.
export function DateTimeField<V>(props: DateTimeFieldProps<V>) {
  const { form, name, label, dateLabel, timeLabel } = props;
  const texts = useTexts(shared);
  const id = useId();
  const value = form.values[name] as LocalTime;
  const set = (part: Partial<LocalTime>) => { form.set(name, { ...value, ...part } as V[typeof name]); };
  return (
    <Field {...props} optional>
      <div className="tn-date-time">
        <span id={`${id}date`} hidden>{`${label}: ${dateLabel}`}</span>
        <span id={`${id}time`} hidden>{`${label}: ${timeLabel}`}</span>
        <DatePicker
          ariaLabelledby={`${id}date`}
          placeholder={texts.datePlaceholder}
          format="iso"
          value={value.date}
          readOnly={form.isPending}
          isDateEnabled={(date) => date >= startOfToday()}
          onChange={({ detail }) => { set({ date: detail.value }); }}
        />
        <TimeInput
          ariaLabelledby={`${id}time`}
          format="hh:mm"
          placeholder={texts.timePlaceholder}
          value={value.time}
          readOnly={form.isPending}
          onChange={({ detail }) => { set({ time: detail.value }); }}
        />
      </div>
    </Field>
  );
}

function startOfToday(): Date {
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  return today;
}
