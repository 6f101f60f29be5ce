import { applyDensity, applyMode, Density, disableMotion, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState } from 'react';
import { usePreferences, type Preferences } from '../preferences';

const darkQuery = matchMedia('(prefers-color-scheme: dark)');

export function applyTheme({ theme, density }: Preferences) {
  const isDark = theme ? theme === 'dark' : darkQuery.matches;
  applyMode(isDark ? Mode.Dark : Mode.Light);
  applyDensity(density === 'compact' ? Density.Compact : Density.Comfortable);
  disableMotion(matchMedia('(prefers-reduced-motion: reduce)').matches);
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
}

// useTheme keeps the page in the theme that the user chose, or in the system's. It reports whether it is dark.
export function useTheme(): boolean {
  const chosen = usePreferences();
  const [systemIsDark, setSystemIsDark] = useState(darkQuery.matches);
  useEffect(() => {
    const onChange = () => { setSystemIsDark(darkQuery.matches); };
    darkQuery.addEventListener('change', onChange);
    return () => { darkQuery.removeEventListener('change', onChange); };
  }, []);
  useEffect(() => { applyTheme(chosen); }, [chosen, systemIsDark]);
  return chosen.theme ? chosen.theme === 'dark' : systemIsDark;
}
