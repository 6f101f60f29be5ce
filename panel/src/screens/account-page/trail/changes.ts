import { contactTexts } from '../../../components/contact/texts';
import { countryName } from '../../../components/countries';
import { languageName } from '../../../components/languages';
import { operationTexts } from '../../../operations/texts';
import { formatAmount } from '../../../resources/amount';
import type { Language } from '../../../texts/catalogue';
import { formatter } from '../../../texts/format';
import { trailTexts } from './texts';

interface FieldChange { field: string; old?: unknown; new?: unknown; oldName?: string; newName?: string }

// Line is one change of a field as the audit trail shows it. A value is "" if there was none.
export interface Line { label: string; before: string; after: string }

// linesOf returns the changes of an event. The API names accounts and plans, as far as the caller may know them. For other
// ids, nameOf returns a name or the id.
export function linesOf(changes: readonly FieldChange[], language: Language, nameOf: (id: string) => string): Line[] {
  return changes.flatMap(({ field, old: before, new: after, oldName, newName }) => {
    if (field === 'contact') return partsOf(before, after).map(([part, a, b]) => line(`contact.${part}`, a, b, language, nameOf));
    const { label, ...values } = line(field, before, after, language, nameOf);
    return [{ label, before: oldName ?? values.before, after: newName ?? values.after }];
  });
}

function partsOf(before: unknown, after: unknown): [string, unknown, unknown][] {
  const [a, b] = [asObject(before), asObject(after)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((part) => [part, a[part], b[part]]);
}

function line(field: string, before: unknown, after: unknown, language: Language, nameOf: (id: string) => string): Line {
  const show = (value: unknown) => valueText(field, value, language, nameOf);
  return { label: labelOf(field, language), before: show(before), after: show(after) };
}

function labelOf(field: string, language: Language): string {
  const [first = '', part] = field.split('.');
  if (first === 'contact' && part) return (contactTexts[language] as Record<string, string>)[part] ?? part;
  return (trailTexts[language].fields as Record<string, string>)[field] ?? field;
}

// eventText returns the name of an event. Events that the panel does not know keep the API's name.
export function eventText(event: string, language: Language): string {
  return (trailTexts[language].events as Record<string, string>)[event] ?? event;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

function valueText(field: string, value: unknown, language: Language, nameOf: (id: string) => string): string {
  const texts = trailTexts[language];
  const format = formatter(language);
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? texts.yes : texts.no;
  if (typeof value === 'number') return field === 'backup' ? formatAmount(value, 'bytes', language) : format.number(value);
  if (typeof value === 'string') {
    if (field === 'contact.country') return countryName(value, language);
    if (field === 'contact.locale') return languageName(value, language);
    if (field === 'kind') return (operationTexts[language].kinds as Record<string, string>)[value] ?? nameOf(value);
    return instant.test(value) ? format.time(value) : nameOf(value);
  }
  const object = asObject(value);
  switch (field) {
    case 'holds': return holdText(object, language);
    case 'schedule': return scheduleText(object, language);
    default: return objectText(object, (part, inner) => valueText(part, inner, language, nameOf));
  }
}

function holdText(hold: Record<string, unknown>, language: Language): string {
  const texts = trailTexts[language];
  const source = (texts.hold as Record<string, string>)[text(hold.source)] ?? text(hold.source);
  const end = hold.until ? texts.until(formatter(language).time(text(hold.until))) : '';
  return [source, end, text(hold.reason), text(hold.publicMessage)].filter(Boolean).join('; ');
}

function scheduleText(schedule: Record<string, unknown>, language: Language): string {
  const texts = trailTexts[language];
  const format = formatter(language);
  const start = schedule.suspendAt ? texts.suspendAt(format.time(text(schedule.suspendAt))) : '';
  const end = schedule.activateAt ? texts.activateAt(format.time(text(schedule.activateAt))) : '';
  return [start, end, text(schedule.reason), text(schedule.publicMessage)].filter(Boolean).join('; ');
}

// objectText names an object by what people call it, else by all its values.
function objectText(object: Record<string, unknown>, show: (part: string, value: unknown) => string): string {
  if (typeof object.domain === 'string' && object.domain) return object.domain;
  if (typeof object.name === 'string' && object.name) return [object.name, text(object.login)].filter(Boolean).join(', ');
  return Object.entries(object).map(([part, value]) => `${part}: ${show(part, value)}`).join(', ');
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const asObject = (value: unknown): Record<string, unknown> =>
  (typeof value === 'object' && value !== null ? value as Record<string, unknown> : {});
