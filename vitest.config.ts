import { defineConfig } from 'vitest/config';

/** Browser runs stand in `test/e2e` and have Playwright's own runner. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    setupFiles: ['test/words.ts'],
    testTimeout: 60_000,
    pool: 'threads',
    reporters: ['default'],
  },
});
