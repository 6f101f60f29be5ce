import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { useEffect, useState, type ReactNode } from 'react';
import { usePreferences } from '../preferences';
import { useSession } from '../session/use-me';
import { chooseLanguage, LanguageContext, type Language } from '../texts/catalogue';

// The texts inside Cloudscape's components. Only the language in use is loaded.
const messages: Record<Language, () => Promise<{ default: I18nProviderProps.Messages }>> = {
  en: () => import('@cloudscape-design/components/i18n/messages/all.en'),
  de: () => import('@cloudscape-design/components/i18n/messages/all.de'),
};

// useUserLanguage returns the language that the user chose, or that of the account, or that of the browser.
function useUserLanguage(): Language {
  const chosen = usePreferences().language;
  const session = useSession();
  const locale = session.phase === 'signed-in' ? session.me.account.contact?.locale : undefined;
  return chosen ?? chooseLanguage([locale, ...navigator.languages]);
}

// LanguageProvider gives all texts their language.
export function LanguageProvider({ children }: { children: ReactNode }) {
  const language = useUserLanguage();
  const [loaded, setLoaded] = useState<I18nProviderProps.Messages>();
  useEffect(() => {
    let isCurrent = true;
    document.documentElement.lang = language;
    void messages[language]().then((module) => {
      if (isCurrent) setLoaded(module.default);
    });
    return () => { isCurrent = false; };
  }, [language]);
  return (
    <LanguageContext value={language}>
      <I18nProvider locale={language} messages={loaded ? [loaded] : []}>{children}</I18nProvider>
    </LanguageContext>
  );
}
