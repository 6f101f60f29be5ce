import type { Language } from '../texts/catalogue';

// languageName returns the name of the language of a locale, or the locale if the browser does not know it.
export function languageName(locale: string, language: Language): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}
