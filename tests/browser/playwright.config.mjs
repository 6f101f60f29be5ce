// Configures the tests of the panel. They use the Chromium that TENANTRY_CHROMIUM names, see run.sh.
import { defineConfig } from '@playwright/test';
import { launchOptions } from './browser.mjs';
import { stack } from './stack.mjs';

export default defineConfig({
  testDir: 'panel',
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI === 'true',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: './panel-reporter.mjs',
  outputDir: '../../.local/browser',
  use: {
    baseURL: stack.url,
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    launchOptions: launchOptions(),
    contextOptions: { reducedMotion: 'reduce' }, // half-faded texts have too little contrast for axe
    trace: 'off',
  },
});
