import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { createBrowserRouter, Navigate, RouterProvider, type RouteObject } from 'react-router';
import { screens } from './routes';
import type { Role } from './session/session';
import { SignInPage, UnreachablePage } from './session/sign-in-page';
import { useSession } from './session/use-me';
import { BrokenScreen, UnknownScreen } from './shell/error-boundary';
import { LanguageProvider } from './shell/language';
import { Shell } from './shell/shell';
import { useTheme } from './shell/theme';

// The client repeats requests itself, and knows which may be repeated.
export const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 5000 }, mutations: { retry: false } },
});

// routesOf returns the screens of a role. Others do not exist for it.
function routesOf(role: Role): RouteObject[] {
  const own = screens.filter(({ roles }) => roles.includes(role));
  const start = own[0] ? `/${own[0].path}` : '/account';
  return [{
    Component: Shell,
    HydrateFallback: () => null,
    children: [{
      errorElement: <BrokenScreen />,
      children: [
        { index: true, element: <Navigate to={start} replace /> },
        ...own.map(({ path, load }) => ({ path, lazy: async () => ({ Component: (await load()).default }) })),
        { path: '*', Component: UnknownScreen },
      ],
    }],
  }];
}

function Screens({ role }: { role: Role }) {
  const [router] = useState(() => createBrowserRouter(routesOf(role)));
  return <RouterProvider router={router} />;
}

function Content() {
  useTheme();
  const state = useSession();
  switch (state.phase) {
    case 'loading': return null;
    case 'unreachable': return <UnreachablePage />;
    case 'anonymous': return <SignInPage suspended={state.suspended} />;
    case 'signed-in': return <Screens key={state.me.account.id} role={state.me.account.kind} />;
  }
}

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <LanguageProvider><Content /></LanguageProvider>
    </QueryClientProvider>
  );
}
