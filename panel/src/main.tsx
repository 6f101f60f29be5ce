import '@cloudscape-design/global-styles/index.css';
import './panel.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { matchPath } from 'react-router';
import { App } from './app';
import { preferences } from './preferences';
import { screens } from './routes';
import { session } from './session/session';
import { applyTheme } from './shell/theme';

applyTheme(preferences.get());
void session.load();

// The code of the first screen is loaded while the session is read.
const first = location.pathname === '/' ? '/customers' : location.pathname;
void screens.find(({ path }) => matchPath(`/${path}`, first))?.load().catch(() => undefined);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');
createRoot(root).render(<StrictMode><App /></StrictMode>);
