import AppLayout from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import { useEffect, useState } from 'react';
import { Outlet, useLocation, useNavigate, useNavigation } from 'react-router';
import { Messages } from '../components/flash';
import { useBreadcrumbs } from '../components/screen';
import { SignInDialog } from '../session/sign-in-dialog';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';
import { QuickNavigation } from './quick-navigation';
import { SideBar } from './side-bar';
import { TopBar } from './top-bar';

const wide = matchMedia('(min-width: 689px)');

// Shell is the frame around all screens of a caller who is signed in.
export function Shell() {
  const texts = useTexts(shared);
  const { pathname } = useLocation();
  const [isOpen, setOpen] = useState(wide.matches);
  const [openedFor, setOpenedFor] = useState(pathname);
  if (openedFor !== pathname) { // on a narrow screen, the navigation covers the screen that was opened with it
    setOpenedFor(pathname);
    if (!wide.matches) setOpen(false);
  }
  const isLoading = useNavigation().state === 'loading';
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <>
      <a className="tn-skip" href="#content">{texts.skipToContent}</a>
      <div className={isLoading ? 'tn-progress tn-progress-active' : 'tn-progress'} aria-hidden="true" />
      <TopBar />
      <AppLayout
        headerSelector="#top-bar"
        navigation={<SideBar />}
        navigationWidth={220}
        navigationOpen={isOpen}
        onNavigationChange={({ detail }) => { setOpen(detail.open); }}
        toolsHide
        breadcrumbs={<Breadcrumbs />}
        notifications={<Messages />}
        stickyNotifications
        maxContentWidth={Number.MAX_VALUE}
        content={<div id="content" tabIndex={-1}><Outlet /></div>}
        ariaLabels={{
          navigation: texts.menu.navigation, navigationToggle: texts.menu.openNavigation,
          navigationClose: texts.menu.closeNavigation, notifications: texts.menu.notifications,
        }}
      />
      <QuickNavigation />
      <SignInDialog />
    </>
  );
}

function Breadcrumbs() {
  const texts = useTexts(shared);
  const crumbs = useBreadcrumbs();
  const navigate = useNavigate();
  if (crumbs.length < 2) return null;
  return (
    <BreadcrumbGroup
      ariaLabel={texts.menu.breadcrumbs}
      items={crumbs}
      onFollow={(event) => {
        event.preventDefault();
        if (event.detail.href) void navigate(event.detail.href);
      }}
    />
  );
}
