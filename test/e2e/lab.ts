/** A lab on a page, as a reader finds it, and the same lab in Node to compare it with. */
import type { Locator, Page } from 'playwright/test';
import { allSwitches } from '../../src/console/switches.ts';
import { teachAll } from '../../src/explain/all-words.ts';
import { parseRuleset } from '../../src/console/nft/parser.ts';
import { runnable } from '../../src/filter/evaluator.ts';
import type { RunnableRuleset } from '../../src/filter/ruleset.ts';
import { storyOf } from '../../src/explain/story.ts';
import type { Action } from '../../src/lab/action.ts';
import type { Scenario } from '../../src/lab/scenario.ts';
import { Session } from '../../src/lab/session.ts';
import { isMalformed } from '../../src/wire/malformed.ts';

teachAll();

export interface LabData {
  readonly scenario: Scenario;
  readonly switch: string;
  readonly before: readonly Action[];
  readonly run: readonly Action[];
  readonly acl: { readonly rules: string } | null;
}

/** `5-1`; in the window, its engine there. */
export async function findLab(page: Page, id: string): Promise<Locator> {
  const lab = page.locator(`gp-lab#lab-${id}`);
  await lab.scrollIntoViewIfNeeded();
  await lab.and(page.locator('[data-ready]')).waitFor();
  return lab;
}

export function part(lab: Locator, name: string): Locator {
  return lab.locator(`[data-part="${name}"]`);
}

export async function openFold(lab: Locator, name: string): Promise<Locator> {
  await part(lab, name).locator('> summary').click();
  return part(lab, name);
}

/** All labs of a page in turn, and what is folded around them. */
export async function wakeLabs(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('main details')) fold.setAttribute('open', '');
  });
  // In the book labs are pictures.
  if (!(await page.evaluate(() => customElements.get('gp-lab') !== undefined))) return;
  for (const lab of await page.locator('gp-lab').all()) {
    await lab.evaluate((element) => element.scrollIntoView());
    await lab.and(page.locator('[data-ready]')).waitFor();
  }
}

export async function dataOf(lab: Locator): Promise<LabData> {
  return JSON.parse((await part(lab, 'data').textContent()) ?? '') as LabData;
}

/** The engine in Node, in the state in which the lab greets its reader. */
export function twinOf({ scenario, before }: LabData): Session {
  const session = new Session(scenario, allSwitches());
  for (const action of before) session.act(action);
  return session;
}

export function parse(text: string): RunnableRuleset {
  const ruleset = parseRuleset(text);
  if (isMalformed(ruleset)) throw new Error(`${ruleset.found} at ${ruleset.at}`);
  return runnable(ruleset);
}

/** The story of what is done now, as the table shows it. */
export function tell(twin: Session, actions: readonly Action[]): string[][] {
  const start = twin.lab.log.length;
  for (const action of actions) twin.act(action);
  return storyOf(twin.lab.log.slice(start), twin.scenario).map(({ time, place, frame, text }) => [
    time,
    place,
    frame,
    text,
  ]);
}

/** 表で見る, opened if it is not. */
export async function shownStory(lab: Locator): Promise<string[][]> {
  const fold = part(lab, 'story');
  if (!(await fold.evaluate((element) => (element as HTMLDetailsElement).open))) await openFold(lab, 'story');
  return fold
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
}
