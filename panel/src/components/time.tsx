import { useFormat } from '../texts/format';

// Time shows a time in the viewer's zone, and the exact time with the zone as its title.
export function Time({ at, dateOnly = false }: { at: string; dateOnly?: boolean }) {
  const format = useFormat();
  return <time dateTime={at} title={format.exactTime(at)}>{dateOnly ? format.date(at) : format.time(at)}</time>;
}
