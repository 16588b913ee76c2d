/** The watch sees what it is there to see: each fault planted, each found by the code that every other test runs under. */
import type { Page } from 'playwright/test';
import { expect, test } from './test.ts';
import { watch, type Faults } from './watch.ts';

const PAGE = 'reference/sources/';

/** A page of the site in a context of its own, under a watch whose findings do not fail the test. */
async function watchedPage(page: Page, siteUrl: string): Promise<{ page: Page; faults: Faults }> {
  const context = await page.context().browser()!.newContext({ baseURL: siteUrl });
  const faults = await watch(context, siteUrl);
  return { page: await context.newPage(), faults };
}

test('an inline script that was not there when the policy was made', async ({ page: outer, siteUrl }) => {
  const { page, faults } = await watchedPage(outer, siteUrl);
  await page.route(`**/${PAGE}`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace('</body>', '<script>document.title = "planted"</script></body>');
    await route.fulfill({ response, body });
  });
  await page.goto(PAGE);
  await expect.poll(() => faults.all().filter((it) => it.startsWith('policy: script-src-elem'))).not.toEqual([]);
  expect(await page.title()).not.toBe('planted');
  await page.context().close();
});

/** As text: they are run as the page's own. */
const SINKS = {
  innerHTML: "document.createElement('p').innerHTML = '<b>'",
  insertAdjacentHTML: "document.body.insertAdjacentHTML('beforeend', '<b>')",
  'document.write': "document.write('<b>')",
  'an address of a script': "document.createElement('script').src = '/x.js'",
  'a policy of Trusted Types': "trustedTypes.createPolicy('mine', { createHTML: (text) => text })",
  eval: "eval('1')",
  'a timer of text': "setTimeout('1')",
};

for (const [name, sink] of Object.entries(SINKS)) {
  test(`a sink that turns text into HTML or script: ${name}`, async ({ page: outer, siteUrl }) => {
    const { page, faults } = await watchedPage(outer, siteUrl);
    await page.goto(PAGE);
    // From a timer, since what the test runner evaluates is exempt from some checks.
    await page.evaluate(`setTimeout(() => { ${sink} })`);
    const pattern = /^policy: (?:require-trusted|trusted-types|script-src)/;
    await expect.poll(() => faults.all().filter((it) => pattern.test(it))).not.toEqual([]);
    await page.context().close();
  });
}

for (const [name, act, pattern] of [
  ['an error on the console', "console.error('planted')", /console error: planted/],
  ['a warning', "console.warn('planted')", /console warning: planted/],
  ['an uncaught error', "setTimeout(() => { throw new Error('planted') }, 0)", /uncaught: planted/],
  ['a lost promise', "void Promise.reject(new Error('planted'))", /uncaught: planted/],
  ['a file that is not there', "void fetch('/nowhere.json')", /answered 404: .*nowhere/],
  ['another host', "void fetch('https://example.org/').catch(() => {})", /policy: connect-src https:\/\/example.org/],
] as const) {
  test(name, async ({ page: outer, siteUrl }) => {
    const { page, faults } = await watchedPage(outer, siteUrl);
    await page.goto(PAGE);
    await page.evaluate(act);
    await expect.poll(() => faults.all().filter((it) => pattern.test(it))).not.toEqual([]);
    await page.context().close();
  });
}

test('a picture of another host, asked for by the page', async ({ page: outer, siteUrl }) => {
  const { page, faults } = await watchedPage(outer, siteUrl);
  await page.route('https://example.org/**', async (route) => route.fulfill({ body: '' }));
  await page.goto(PAGE);
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.org/x.png' }));
  });
  await expect.poll(() => faults.all().filter((it) => it.includes('example.org'))).not.toEqual([]);
  await page.context().close();
});
