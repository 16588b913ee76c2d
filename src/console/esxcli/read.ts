/**
 * Text of a person → answers: esxcli as on the host's shell, PowerCLI as on an administrator's desk, line by line.
 *
 * Each of the two readers gets the text with the other's lines blanked, so that places stay what they are.
 */
import type { VmwareVss } from '../../switch/profiles/vmware-vss/vmware-vss.ts';
import { Ground } from './ground.ts';
import { readEsxcli, type EsxcliAnswer } from './read-esxcli.ts';
import { readPowerCli } from './read-powercli.ts';

const PS_PROMPT = /^\s*(?:PowerCLI|PS) [^>\n]*> ?/;
const CMDLET = /^\s*(?:\$\w+\s*[=|]|[A-Za-z]+-[A-Za-z]\w*(?=\s|$))/;
/** Programs of the host whose names look like cmdlets. */
const NOT_CMDLETS = /^\s*(?:esxcfg|net|pktcap|tcpdump|vim)-/;
/** `[root@esx1:~] `: that of ESXi has no # behind it. */
const ESXI_PROMPT = /^\[[\w.-]+@[\w.-]+:[^\]\n]*\] ?(?![#$])/;

export function readVmware(text: string, vmware?: VmwareVss): EsxcliAnswer[] {
  const ground = new Ground(vmware);
  const lines = text.split(/\r\n|\n|\r/);
  const isPowerCli = classify(lines);
  // Blocks in their order: what one makes is there for the next.
  const answers: EsxcliAnswer[] = [];
  for (let from = 0; from < lines.length;) {
    let to = from + 1;
    while (to < lines.length && isPowerCli[to] === isPowerCli[from]) to++;
    const block = lines.map((line, index) => (index < from || index >= to ? '' : withoutPrompt(line))).join('\n');
    answers.push(...(isPowerCli[from]! ? readPowerCli(block, ground) : readEsxcli(block, ground)));
    from = to;
  }
  return answers;
}

function classify(lines: readonly string[]): boolean[] {
  const kinds: boolean[] = [];
  let isOpen = false;
  for (const line of lines) {
    const before = kinds.at(-1) ?? false;
    const starts = PS_PROMPT.test(line) || (CMDLET.test(line) && !NOT_CMDLETS.test(line));
    const isBlank = line.trim() === '' || line.trim().startsWith('#');
    kinds.push(isOpen || isBlank ? before : starts);
    isOpen = kinds.at(-1)! ? /[|`,]\s*$/.test(line) : /\\\s*$/.test(line);
  }
  return kinds;
}

function blank(prompt: string): string {
  return ' '.repeat(prompt.length);
}

function withoutPrompt(line: string): string {
  return line.replace(ESXI_PROMPT, blank).replace(/^\s*PowerCLI [^>\n]*> ?/, blank);
}
