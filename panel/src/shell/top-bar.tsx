import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { useNavigate } from 'react-router';
import { useNotifyFailure } from '../components/flash';
import { preferences, usePreferences } from '../preferences';
import { session } from '../session/session';
import { useMe } from '../session/use-me';
import { useLanguage, useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';
import { QuickNavigationButton } from './quick-navigation';
import { forgetVisits } from './quick-navigation/recent';

const languageNames = { en: 'English', de: 'Deutsch' };

// TopBar has the product's name, the quick navigation, and the menus for the view and the account.
export function TopBar() {
  const texts = useTexts(shared);
  const view = useViewMenu();
  const account = useAccountMenu();
  return (
    <div id="top-bar">
      <TopNavigation
        identity={{ href: '/', logo: { src: '/logo.svg', alt: texts.product } }}
        search={<QuickNavigationButton />}
        utilities={[view, account]}
        i18nStrings={{ overflowMenuTriggerText: texts.menu.more, overflowMenuTitleText: texts.menu.more }}
      />
    </div>
  );
}

// useViewMenu returns the menu for theme, density and language.
function useViewMenu(): TopNavigationProps.MenuDropdownUtility {
  const texts = useTexts(shared).menu;
  const chosen = usePreferences();
  const language = useLanguage();
  const isDark = document.body.classList.contains('awsui-dark-mode');
  const theme = chosen.theme ?? (isDark ? 'dark' : 'light');
  const density = chosen.density ?? 'comfortable';
  const choice = (id: string, text: string, isChosen: boolean) =>
    ({ id, text, itemType: 'checkbox' as const, checked: isChosen });
  return {
    type: 'menu-dropdown',
    iconName: 'settings',
    ariaLabel: texts.settings,
    title: texts.settings,
    items: [
      { id: 'theme', text: texts.theme, items: [choice('theme:light', texts.light, theme === 'light'), choice('theme:dark', texts.dark, theme === 'dark')] },
      {
        id: 'density', text: texts.density,
        items: [
          choice('density:comfortable', texts.comfortable, density === 'comfortable'),
          choice('density:compact', texts.compact, density === 'compact'),
        ],
      },
      {
        id: 'language', text: texts.language,
        items: [choice('language:en', languageNames.en, language === 'en'), choice('language:de', languageNames.de, language === 'de')],
      },
    ],
    onItemClick: ({ detail }) => {
      const [name = '', value] = detail.id.split(':');
      preferences.change({ [name]: value });
    },
  };
}

// useAccountMenu returns the menu of the caller's account.
function useAccountMenu(): TopNavigationProps.MenuDropdownUtility {
  const texts = useTexts(shared);
  const { account } = useMe();
  const navigate = useNavigate();
  const notifyFailure = useNotifyFailure();
  return {
    type: 'menu-dropdown',
    iconName: 'user-profile',
    text: account.contact?.name ?? account.login ?? '',
    description: texts.roles[account.kind],
    items: [
      { id: 'account', text: texts.menu.account, iconName: 'user-profile', href: '/account' },
      { id: 'sign-out', text: texts.menu.signOut, iconName: 'lock-private' },
    ],
    onItemFollow: (event) => {
      event.preventDefault();
      void navigate('/account');
    },
    onItemClick: ({ detail }) => {
      if (detail.id !== 'sign-out') return;
      forgetVisits();
      session.signOut().catch(notifyFailure);
    },
  };
}
