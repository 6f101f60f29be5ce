import react from '@vitejs/plugin-react';
import type { Plugin as StylePlugin } from 'postcss';
import { defineConfig, type Plugin } from 'vite';

// Cloudscape's styles contain the font Open Sans as data: URLs: two thirds of their size. The panel uses the fonts of the
// system, so the policy allows no fonts.
const withoutFonts: StylePlugin = {
  postcssPlugin: 'without-fonts',
  AtRule: { 'font-face': (rule) => { rule.remove(); } },
};

// AppLayout contains its former and its next design, which it uses only if a page asks for them. Together they are a tenth
// of the first load.
const unusedDesigns = ['./classic', './visual-refresh-toolbar'];
const withoutUnusedDesigns: Plugin = {
  name: 'without-unused-designs',
  enforce: 'pre',
  resolveId: (source, importer) =>
    (importer?.endsWith('/app-layout/internal.js') && unusedDesigns.includes(source) ? '\0unused-design' : undefined),
  load: (id) => (id === '\0unused-design' ? 'export default () => null;' : undefined),
};

// The running stack, to which `npx vite` passes the API.
const stack = `http://localhost:${process.env.PORT ?? 8080}`;

export default defineConfig({
  plugins: [withoutUnusedDesigns, react()],
  css: { postcss: { plugins: [withoutFonts] } },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    sourcemap: false,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy: { '/v1': { target: stack, headers: { Origin: stack } }, '/reset-password': stack } },
});
