import react from '@vitejs/plugin-react';
import type { Plugin as StylePlugin } from 'postcss';
import { defineConfig } from 'vite';

// Cloudscape's styles contain the font Open Sans as data: URLs: two thirds of their size. The panel uses the fonts of the
// system, so the policy allows no fonts.
const withoutFonts: StylePlugin = {
  postcssPlugin: 'without-fonts',
  AtRule: { 'font-face': (rule) => { rule.remove(); } },
};

// The running stack, to which `npx vite` passes the API.
const stack = `http://localhost:${process.env.PORT ?? 8080}`;

export default defineConfig({
  plugins: [react()],
  css: { postcss: { plugins: [withoutFonts] } },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy: { '/v1': { target: stack, headers: { Origin: stack } }, '/reset-password': stack } },
});
