import { createContext, useContext } from 'react';

export type Language = 'en' | 'de';
export const languages: readonly Language[] = ['en', 'de'];

type Text = string | ((...values: never[]) => string);
export interface Texts { readonly [name: string]: Text | Texts }

// Translated has the same names as the English texts. A text with values has the same values.
type Translated<T> = {
  readonly [Name in keyof T]: T[Name] extends string ? string : T[Name] extends Texts ? Translated<T[Name]> : T[Name];
};

export type Catalogue<T extends Texts> = Readonly<Record<Language, Translated<T>>>;

// catalogue returns the texts of one screen in all languages. TypeScript checks that no text is missing.
export function catalogue<const T extends Texts>(en: T, de: NoInfer<Translated<T>>): Catalogue<T> {
  return { en: en as Translated<T>, de };
}

export const LanguageContext = createContext<Language>('en');

export const useLanguage = (): Language => useContext(LanguageContext);

// useTexts returns the texts of a catalogue in the user's language.
export function useTexts<T extends Texts>(texts: Catalogue<T>): Translated<T> {
  return texts[useLanguage()];
}

// chooseLanguage returns the language of the first locale that the panel speaks, else English.
export function chooseLanguage(locales: readonly (string | undefined)[]): Language {
  for (const locale of locales) {
    const name = locale?.toLowerCase().split(/[-_]/)[0];
    const language = languages.find((candidate) => candidate === name);
    if (language) return language;
  }
  return 'en';
}
