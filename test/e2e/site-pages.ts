/** The pages that are walked: those of the built site, whatever is added to it. */
import { distFolder } from '../../src/site/build.ts';
import { pagePaths } from '../site/pages.ts';

/** Without the leading slash, as addresses are asked for below the base. */
export const allPages: readonly string[] = pagePaths(distFolder()).map((path) => path.slice(1));
export const chapterPages = allPages.filter((path) => path.startsWith('chapters/'));
export const BOOK = 'book/';
