import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { useLocation, useNavigate } from 'react-router';
import { screens } from '../routes';
import { useRole } from '../session/use-me';
import { useLanguage } from '../texts/catalogue';

// SideBar lists the screens of the caller's role, from the table of routes.
export function SideBar() {
  const language = useLanguage();
  const role = useRole();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const items = screens
    .filter((screen) => screen.menu && screen.roles.includes(role))
    .map((screen): SideNavigationProps.Link => ({ type: 'link', text: screen.menu?.[language] ?? '', href: `/${screen.path}` }));
  const active = items.map(({ href }) => href).filter((href) => pathname === href || pathname.startsWith(`${href}/`))
    .sort((a, b) => b.length - a.length)[0];
  return (
    <SideNavigation
      items={items}
      activeHref={active ?? ''}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(event.detail.href);
      }}
    />
  );
}
