// LocalTime is a date and a time in the viewer's zone, as fields hold them: 2027-01-31 and 15:04. Both are empty if no time
// is set.
export interface LocalTime { date: string; time: string }

export const noTime: LocalTime = { date: '', time: '' };

// toInstant returns the time as the API writes it. It returns undefined if no time is set, and null if the time is
// incomplete or does not exist.
export function toInstant({ date, time }: LocalTime): string | undefined | null {
  if (date === '' && time === '') return undefined;
  const instant = new Date(`${date}T${time === '' ? '00:00' : time}`);
  return date === '' || Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

// toLocal returns the API's time as fields hold it.
export function toLocal(instant: string): LocalTime {
  const at = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`, time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}
