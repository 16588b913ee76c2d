/** Before every test file: all products speak. */
import { teachAll } from '../src/explain/all-words.ts';

teachAll();
