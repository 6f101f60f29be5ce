import { useMemo } from 'react';
import { useLanguage, type Language } from './catalogue';

// The Intl objects are slow to make, so each is made once.
const made = new Map<string, unknown>();
function once<T>(name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}

// localeOf returns the viewer's own locale if it is of the language, so that en-GB keeps its dates, else the language.
export function localeOf(language: Language, locales = viewersLocales()): string {
  return locales.find((locale) => locale.toLowerCase().split('-')[0] === language && isValid(locale)) ?? language;
}

function viewersLocales(): readonly string[] {
  return typeof navigator === 'undefined' ? [] : navigator.languages; // tests run outside browsers
}

// isValid: Chromium makes en-US@posix of the system's locale C, which Intl refuses.
function isValid(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false;
  }
}

// Counted is a text with a number, in the singular and in the plural.
export interface Counted { one: string; many: (count: string) => string }

export function formatter(language: Language) {
  const locale = localeOf(language);
  const date = (options: Intl.DateTimeFormatOptions) =>
    once(`${locale}${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));
  const number = once(`${locale}number`, () => new Intl.NumberFormat(locale));
  const percent = once(`${locale}percent`, () => new Intl.NumberFormat(locale, { style: 'percent' }));
  const list = once(`${locale}list`, () => new Intl.ListFormat(locale));
  return {
    number: (value: number) => number.format(value),
    counted: (count: number, forms: Counted) => (count === 1 ? forms.one : forms.many(number.format(count))),
    percent: (value: number) => percent.format(value / 100),
    list: (values: string[]) => list.format(values),
    // date and time in the viewer's zone
    date: (value: string) => date({ dateStyle: 'medium' }).format(new Date(value)),
    time: (value: string) => date({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value)),
    exactTime: (value: string) => date({ dateStyle: 'full', timeStyle: 'long' }).format(new Date(value)),
    // duration of some seconds, rounded to the unit that matters
    duration(seconds: number): string {
      const [value, unit] = seconds < 90 ? [Math.max(1, Math.round(seconds)), 'second']
        : seconds < 5400 ? [Math.round(seconds / 60), 'minute'] : [Math.round(seconds / 3600), 'hour'];
      const options = { style: 'unit', unit, unitDisplay: 'long' } as const;
      return once(`${locale}${unit}`, () => new Intl.NumberFormat(locale, options)).format(value);
    },
  };
}

export type Format = ReturnType<typeof formatter>;

export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => formatter(language), [language]);
}
