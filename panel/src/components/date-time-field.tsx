import DatePicker from '@cloudscape-design/components/date-picker';
import TimeInput from '@cloudscape-design/components/time-input';
import { Field } from './fields';
import type { LocalTime } from './date-time';
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
  const { form, name, dateLabel, timeLabel } = props;
  const value = form.values[name] as LocalTime;
  const set = (part: Partial<LocalTime>) => { form.set(name, { ...value, ...part } as V[typeof name]); };
  return (
    <Field {...props} optional>
      <div className="tn-date-time">
        <DatePicker
          ariaLabel={dateLabel}
          placeholder="YYYY-MM-DD"
          format="iso"
          value={value.date}
          isDateEnabled={(date) => date >= startOfToday()}
          onChange={({ detail }) => { set({ date: detail.value }); }}
        />
        <TimeInput
          ariaLabel={timeLabel}
          format="hh:mm"
          placeholder="hh:mm"
          value={value.time}
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
