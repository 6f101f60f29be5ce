import type { Language } from '../texts/catalogue';

// Regions that browsers name but that are no countries of ISO 3166-1.
const others = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'XK', 'ZZ']);
const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const known = new Map<Language, { value: string; label: string }[]>();

// countries returns the codes of all countries with their names in the language, sorted by name.
export function countries(language: Language): { value: string; label: string }[] {
  const before = known.get(language);
  if (before) return before;
  const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const found = codes.flatMap((value) => {
    const label = others.has(value) ? undefined : names.of(value);
    const isCurrent = new Intl.Locale(`und-${value}`).region === value; // former countries have a successor
    return label && isCurrent ? [{ value, label }] : [];
  });
  const sorted = found.sort((a, b) => a.label.localeCompare(b.label, language));
  known.set(language, sorted);
  return sorted;
}

// countryName returns the name of the country with the code.
export function countryName(code: string, language: Language): string {
  return countries(language).find(({ value }) => value === code)?.label ?? code;
}
