import { describe, expect, test } from 'vitest';
import { Problem } from '../api/problem';
import { chooseLanguage, type Texts } from './catalogue';
import { fieldText, problemText } from './problem-text';

// Every catalogue of the panel: an object with the texts in all languages.
const modules = import.meta.glob<Record<string, unknown>>(['../**/texts.ts', '../**/*-texts.ts', './*.ts', '!./*.test.ts'], { eager: true });
const isCatalogue = (value: unknown): value is Record<'en' | 'de', Texts> =>
  typeof value === 'object' && value !== null && 'en' in value && 'de' in value;
const catalogues = Object.entries(modules).flatMap(([path, module]) =>
  Object.values(module).filter(isCatalogue).map((catalogue) => ({ path, catalogue })));

function flatten(texts: Texts, prefix = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => {
    if (typeof text === 'string') return [[prefix + name, text]];
    if (typeof text === 'object') return Object.entries(flatten(text, `${prefix}${name}.`));
    const values = Array.from({ length: text.length }, (_, index) => `<${index}>`);
    return [[prefix + name, (text as (...all: string[]) => string)(...values)]];
  }));
}

describe.each(catalogues)('the texts in $path', ({ catalogue }) => {
  const english = flatten(catalogue.en);
  const german = flatten(catalogue.de);

  test('have the same names in all languages', () => {
    expect(Object.keys(german)).toEqual(Object.keys(english));
  });

  test('are not empty and end without spaces', () => {
    for (const text of [...Object.values(english), ...Object.values(german)]) expect(text).toMatch(/^\S(.*\S)?$/su);
  });

  test('use the same values in all languages', () => {
    for (const [name, text] of Object.entries(english)) {
      const valuesIn = (other: string | undefined) => [...new Set(other?.match(/<\d>/g))].sort();
      expect([name, valuesIn(german[name])]).toEqual([name, valuesIn(text)]);
    }
  });

  test('address the reader formally in German', () => {
    for (const text of Object.values(german)) expect(text).not.toMatch(/\b(du|dein|deine|deinen|dich|dir)\b/iu);
  });
});

test('there are catalogues', () => {
  expect(catalogues.length).toBeGreaterThan(3);
});

test('the first locale that the panel speaks wins', () => {
  expect(chooseLanguage([undefined, 'fr-FR', 'de-CH', 'en'])).toBe('de');
  expect(chooseLanguage(['EN_us'])).toBe('en');
  expect(chooseLanguage(['fr'])).toBe('en');
});

test('English shows the explanation of the API, German that of the code', () => {
  const problem = new Problem(409, { code: 'login-taken', detail: 'This login belongs to another account.' });
  expect(problemText(problem, 'en')).toBe('This login belongs to another account.');
  expect(problemText(problem, 'de')).toMatch(/schon vergeben/);
  expect(problemText(new Problem(409, { code: 'new-code', detail: 'Detail.' }), 'de')).toBe('Detail.');
  expect(fieldText({ pointer: '/login', code: 'required', detail: 'A login is required.' }, 'de')).toBe('Dieses Feld ist erforderlich.');
});

test('after too many requests the problem says how long to wait', () => {
  const problem = new Problem(429, { code: 'too-many-requests', detail: 'Too many.' }, 840);
  expect(problemText(problem, 'en')).toContain('14 minutes');
  expect(problemText(problem, 'de')).toContain('14 Minuten');
});
