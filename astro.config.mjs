/** Wiring only: what the site is made of. What each part does stands in `src/site`. */
import { defineConfig } from 'astro/config';
import mdx from '@astrojs/mdx';
import { satteri } from '@astrojs/markdown-satteri';
import starlight from '@astrojs/starlight';
import { basePath, siteUrl } from './src/site/address.ts';
import { authoring } from './src/site/authoring.ts';
import { withoutWoff } from './src/site/fonts.ts';
import { guestport } from './src/site/integration.ts';

/** Of the engine that which all labs share; products and their words come with the labs that show them. */
const ENGINE =
  /\/src\/(?:wire|outcome|host|switch(?=\/[^/]+$)|lab(?=\/[^/]+$)|explain(?=\/[^/]+$))\/[^?]+(?<!comparison|lab-file|lab-shape|sightings|problem|tables|all-words)\.ts$/;

export default defineConfig({
  site: siteUrl(),
  base: basePath(),
  trailingSlash: 'always',
  srcDir: './',
  publicDir: './public',
  outDir: './dist',
  cacheDir: './.cache/astro',
  compressHTML: true,
  markdown: {
    processor: satteri({ hastPlugins: [authoring(basePath())], features: { smartPunctuation: false } }),
  },
  vite: {
    plugins: [withoutWoff()],
    build: {
      // A font inlined as data: would need a hole in the policy.
      assetsInlineLimit: (file) => (/\.woff2?$/.test(file) ? false : undefined),
      rolldownOptions: {
        // What every product's switch needs comes in one piece: many small ones compress badly.
        output: { codeSplitting: { groups: [{ name: 'engine', test: ENGINE }] } },
        // One line a MDX file about "use client"-like directives otherwise.
        onLog(level, log, handle) {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
        },
      },
    },
  },
  integrations: [
    starlight({
      title: 'ゲストポート',
      titleDelimiter: '—',
      locales: { root: { label: '日本語', lang: 'ja' } },
      lastUpdated: true,
      pagination: true,
      pagefind: false,
      credits: false,
      favicon: '/favicon.svg',
      head: [
        { tag: 'meta', attrs: { property: 'og:image', content: new URL(`${basePath()}lab.png`, siteUrl()).href } },
      ],
      customCss: ['./src/styles/tokens.css', './src/styles/site.css', './src/styles/lab.css', './src/styles/print.css'],
      components: {
        Head: './src/components/overrides/Head.astro',
        PageTitle: './src/components/overrides/PageTitle.astro',
        Search: './src/components/overrides/Search.astro',
        SiteTitle: './src/components/overrides/SiteTitle.astro',
        SocialIcons: './src/components/overrides/HeaderLinks.astro',
        ThemeProvider: './src/components/overrides/ThemeProvider.astro',
        ThemeSelect: './src/components/overrides/ThemeSelect.astro',
      },
      expressiveCode: {
        themes: ['github-dark', 'github-light'],
        defaultProps: { wrap: true },
        styleOverrides: { borderRadius: '0.5rem', codeFontSize: '0.875rem' },
      },
      sidebar: [
        { label: 'はじめに', items: ['index', 'chapters/what-is-guest-port'] },
        { label: 'しくみ', items: ['chapters/forwarding', 'chapters/vlan'] },
        { label: '資料', items: [{ autogenerate: { directory: 'reference' } }] },
      ],
    }),
    mdx(),
    guestport(),
  ],
});
