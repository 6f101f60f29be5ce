import type { Schemas } from '../api/client';
import type { Language } from '../texts/catalogue';

export const UNLIMITED = -1;

type Unit = Schemas['Allotment']['unit'];

const words = {
  en: { unlimited: 'unlimited', month: '/month' },
  de: { unlimited: 'unbegrenzt', month: '/Monat' },
} as const;

const prefixes = ['', 'K', 'M', 'G', 'T', 'P'];

// formatAmount shows an amount of a resource with its unit: 10 GB, unlimited, 3. One GB is 1,024 MB, as in hosting panels.
export function formatAmount(value: number, unit: Unit, language: Language): string {
  const word = words[language];
  if (value === UNLIMITED) return word.unlimited;
  if (unit === 'pieces') return new Intl.NumberFormat(language).format(value);
  const power = value <= 0 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log(value) / Math.log(1024)));
  const scaled = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value / 1024 ** power);
  return `${scaled} ${prefixes[power] ?? ''}B${unit === 'bytes-per-month' ? word.month : ''}`;
}
