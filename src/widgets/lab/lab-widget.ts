/**
 * The lab at work: a session of the engine, the picture of the moment that is looked at, and the parts folded around it.
 */
import { select } from 'd3-selection';
import { drawDiagram } from '../../draw/diagram.ts';
import { legPath } from '../../draw/leg-path.ts';
import { drawRun } from '../../draw/run.ts';
import type { Scene } from '../../draw/scene.ts';
import { layOut, type Picture } from '../../draw/layout.ts';
import { describePicture } from '../../explain/picture.ts';
import { predictionLabel } from '../../explain/prediction.ts';
import { originOf, storyOf, type StoryRow } from '../../explain/story.ts';
import { outcomeText } from '../../explain/summary.ts';
import type { Action } from '../../lab/action.ts';
import { egressPorts, firstJudgement } from '../../lab/egress.ts';
import { arrivalsOf, journeyOf, type Arrival, type Leg } from '../../lab/journey.ts';
import { portStates } from '../../lab/port-state.ts';
import { Session } from '../../lab/session.ts';
import type { SwitchChange, SwitchMakers, SwitchNode } from '../../lab/switch-node.ts';
import type { Outcome, Refusal } from '../../outcome/refusal.ts';
import type { ProfileId } from '../../switch/profile.ts';
import { captionAt } from './caption.ts';
import { findPart, h, part } from '../dom.ts';
import { follow } from './follow.ts';
import type { LabData } from './lab-data.ts';
import { loadProducts, rulesChange } from '../products.ts';
import { showPlayer } from './player-view.ts';
import type { SettingsView } from './settings-view.ts';
import { storyTable } from './story-view.ts';
import { Timeline } from './timeline.ts';
import { WhyFold } from './why-fold.ts';

export async function mountLab(root: HTMLElement): Promise<void> {
  const data = JSON.parse(part(root, 'data').textContent ?? '') as LabData;
  new LabWidget(root, data, await loadProducts(Object.values(data.scenario.switches), opensFlows(data))).start();
}

function profileOf({ scenario, switch: name }: LabData): ProfileId {
  return scenario.switches[name]!.profile;
}

/** An ACL is to be switched on, and the switch reads it as flows. */
function opensFlows(data: LabData): boolean {
  return data.acl !== null && profileOf(data) === 'open-vswitch';
}

/** `p2 u1`, as the form writes a prediction. */
function nameOf(ports: string): string {
  return predictionLabel(ports.split(' ').filter(Boolean));
}

class LabWidget {
  readonly #root: HTMLElement;
  readonly #data: LabData;
  readonly #session: Session;
  readonly #timeline: Timeline;
  readonly #why: WhyFold;
  // These come when their folds are opened.
  #settings: SettingsView | null = null;
  #followBoard: ((node: SwitchNode) => void) | null = null;
  readonly #svg: Parameters<typeof drawDiagram>[0];
  /** Where in the log the run that is looked at begins, and when. */
  #start = 0;
  /** Where the reader's part of the log begins; whether it is the run that the server has drawn. */
  #beginning = 0;
  #isDefaultRun = false;
  #originNs = 0;
  /** Nodes that stand in the picture. */
  #drawn: ReadonlySet<string> = new Set();
  /** Where things stand: ports change between runs, never during one. */
  #picture: Picture | null = null;
  #legs: readonly Leg[] = [];
  #arrivals: readonly Arrival[] = [];
  #story: readonly StoryRow[] = [];
  /** What 「もう一度送る」 sends. */
  #again: readonly Action[];
  /** What stands under the picture when the run has come to its end. */
  #verdict = '';

  constructor(root: HTMLElement, data: LabData, makers: SwitchMakers) {
    this.#root = root;
    this.#data = data;
    this.#again = data.run;
    this.#session = new Session(data.scenario, makers);
    this.#timeline = new Timeline((timeNs, isSettled) => this.#showMoment(timeNs, isSettled));
    this.#why = new WhyFold(root, data.switch, data.scenario);
    this.#svg = select(root.querySelector<SVGSVGElement>('svg.gp-diagram')!) as Parameters<typeof drawDiagram>[0];
  }

  start(): void {
    // The server's picture has done its duty: from here on the drawing knows its own elements.
    this.#svg.selectChildren().remove();
    this.#wire();
    this.#reset();
    for (const name of ['reset', 'ask', 'player', 'send', 'acl']) findPart(this.#root, name)?.removeAttribute('hidden');
    if (findPart(this.#root, 'ask') !== null) part(this.#root, 'player').hidden = true;
    void this.#buildBoard();
    this.#preparePrint();
    if (this.#data.autorun) this.#watchOpening();
  }

  // --- Controls

  #wire(): void {
    const on = (name: string, type: string, listener: (event: Event) => void): void => {
      findPart(this.#root, name)?.addEventListener(type, listener);
    };
    on('reset', 'click', () => this.#reset());
    on('send-run', 'click', () => void this.#runDefault());
    on('back', 'click', () => this.#step(-1));
    on('step', 'click', () => this.#step(1));
    on('play', 'click', () => (this.#timeline.isPlaying ? this.#timeline.pause() : this.#timeline.play()));
    on('time', 'input', (event) => {
      this.#timeline.pause();
      this.#timeline.goTo(Number((event.target as HTMLInputElement).value));
    });
    on('ask', 'submit', (event) => {
      event.preventDefault();
      this.#predict();
    });
    on('acl-switch', 'change', (event) => void this.#switchAcl((event.target as HTMLInputElement).checked));
    on('why', 'toggle', () => void this.#openWhy());
    on('story', 'toggle', () => this.#showFolds());
    on('tables', 'toggle', () => void this.#openTables());
    on('send', 'toggle', () => void this.#openSend());
  }

  #step(by: number): void {
    this.#timeline.pause();
    this.#timeline.goTo(this.#timeline.position + by);
  }

  /** A lab that answers a claim runs when the reader opens it. */
  #watchOpening(): void {
    const fold = this.#root.closest('details');
    const run = (): void => {
      if (fold === null || fold.open) this.#act(this.#data.run);
    };
    fold?.addEventListener('toggle', run, { once: true });
    if (fold === null || fold.open) run();
  }

  /** VLANs to turn, port by port, and who sends. Every turn runs the lab anew from its beginning. */
  async #buildBoard(): Promise<void> {
    const { board, before, scenario, switch: name } = this.#data;
    const form = findPart<HTMLFormElement>(this.#root, 'board');
    if (board === null || form === null) return;
    const { buildBoard } = await import('./board-view.ts');
    this.#followBoard = buildBoard(form, board, scenario, this.#session.lab.switches.get(name)!, (changes, action) => {
      this.#session.reset();
      for (const step of before) this.#session.act(step);
      for (const change of changes(this.#session.lab.switches.get(name)!)) {
        this.#session.act({ do: 'change', node: name, change });
      }
      this.#again = [action];
      this.#act(this.#again);
      this.#showEnd();
    });
  }

  /** On paper a lab that nobody has run shows what it would do. */
  #preparePrint(): void {
    let isFilledIn = false;
    addEventListener('beforeprint', () => {
      isFilledIn = !this.#root.hasAttribute('data-ran');
      if (!isFilledIn) return;
      this.#act(this.#data.run);
      this.#showEnd();
    });
    addEventListener('afterprint', () => {
      if (isFilledIn) this.#reset();
    });
  }

  #showEnd(): void {
    this.#timeline.pause();
    this.#timeline.goTo(this.#timeline.length);
  }

  // --- Doing things

  #reset(): void {
    this.#session.reset();
    for (const action of this.#data.before) this.#session.act(action);
    this.#start = this.#session.lab.log.length;
    this.#beginning = this.#start;
    this.#verdict = '';
    this.#again = this.#data.run;
    this.#root.removeAttribute('data-ran');
    findPart<HTMLFormElement>(this.#root, 'board')?.reset();
    const ask = findPart<HTMLFormElement>(this.#root, 'ask');
    ask?.reset();
    if (ask !== null) {
      ask.hidden = false;
      part(this.#root, 'player').hidden = true;
    }
    const acl = findPart<HTMLInputElement>(this.#root, 'acl-switch');
    if (acl !== null) acl.checked = this.#data.acl?.isOn ?? false;
    this.#tell(null);
    this.#loadRun();
  }

  /** Does the actions and shows what follows from them; or the refusal, and all stays as it was. */
  #act(actions: readonly Action[], verdict: (outcome: string) => string = (outcome) => outcome): Outcome {
    const start = this.#session.lab.log.length;
    for (const action of actions) {
      const refused = this.#session.act(action);
      if (refused !== null) return refused;
    }
    this.#start = start;
    this.#isDefaultRun = actions === this.#data.run;
    this.#verdict = verdict(outcomeText(this.#session.lab.log.slice(start), this.#data.scenario));
    this.#root.setAttribute('data-ran', '');
    part(this.#root, 'player').hidden = false;
    this.#tell(null);
    this.#loadRun();
    this.#timeline.play();
    return null;
  }

  #predict(): void {
    const form = part<HTMLFormElement>(this.#root, 'ask');
    const chosen = form.querySelector<HTMLInputElement>('input:checked');
    if (chosen === null) return this.#tell('予想を1つ選んでから送ります。');
    const refused = this.#act(this.#data.run, (outcome) => `${this.#judgePrediction(chosen.value)}${outcome}`);
    if (refused !== null) return void this.#complain(refused);
    form.hidden = true;
    part(this.#root, 'play').focus({ preventScroll: true });
  }

  async #runDefault(): Promise<void> {
    const refused = this.#act(this.#again);
    if (refused !== null) await this.#complain(refused);
  }

  async #complain(refused: Refusal): Promise<void> {
    const { tellRefusal } = await import('../../explain/problem.ts');
    this.#tell(tellRefusal(refused));
  }

  #judgePrediction(chosen: string): string {
    const { log } = this.#session.lab;
    const judged = firstJudgement(log, this.#data.switch, this.#start);
    const actual = judged === null ? '' : egressPorts(judged).join(' ');
    if (chosen === actual) return '予想どおりです。';
    return `予想は「${nameOf(chosen)}」、実際は「${nameOf(actual)}」でした。`;
  }

  #change(changes: readonly SwitchChange[]): Outcome {
    if (changes.length === 0) return null;
    const node = this.#data.switch;
    // Tried on a copy first: of several changes all are made or none.
    const trial = this.#session.at(Number.MAX_SAFE_INTEGER);
    for (const change of changes) {
      const refused = trial.act({ do: 'change', node, change });
      if (refused !== null) return refused;
    }
    for (const change of changes) this.#session.act({ do: 'change', node, change });
    this.#followBoard?.(this.#session.lab.switches.get(node)!);
    this.#start = this.#session.lab.log.length;
    this.#verdict = '設定を変えました。もう一度送ると、ちがいが分かります。';
    this.#root.setAttribute('data-ran', '');
    part(this.#root, 'player').hidden = false;
    const ask = findPart(this.#root, 'ask');
    if (ask !== null) ask.hidden = true;
    this.#tell(null);
    this.#loadRun();
    return null;
  }

  async #switchAcl(isOn: boolean): Promise<void> {
    const { acl } = this.#data;
    if (acl === null) return;
    const change = await rulesChange(profileOf(this.#data), isOn ? acl.rules : '');
    if ('kind' in change) this.#change([change]);
  }

  // --- Showing

  #loadRun(): void {
    const { lab } = this.#session;
    this.#legs = journeyOf(lab.log).filter(({ event }) => event >= this.#start);
    this.#arrivals = arrivalsOf(lab.log, (host) => lab.hosts.has(host)).filter(({ event }) => event >= this.#start);
    this.#story = storyOf(lab.log.slice(this.#start), this.#data.scenario);
    part(this.#root, 'story-body').replaceChildren(storyTable(this.#story, null));
    const picture = layOut(this.#data.scenario, portStates(lab.switches.get(this.#data.switch)!), this.#data.outside);
    this.#picture = picture;
    this.#drawn = new Set([picture.body, ...picture.guests, ...picture.outside].map(({ name }) => name));
    this.#originNs = this.#start < lab.log.length ? originOf(lab.log.slice(this.#start)) : lab.nowNs;
    // What the picture does not show is no step of its story.
    const legs = this.#legs.filter((leg) => legPath(leg, picture) !== null);
    const arrivals = this.#arrivals.filter(({ node }) => this.#drawn.has(node));
    this.#timeline.load(legs, arrivals, this.#originNs);
  }

  #scene(timeNs: number): Scene {
    return {
      picture: this.#picture!,
      legs: this.#legs,
      arrivals: this.#arrivals,
      timeNs,
      id: this.#data.id,
      description: describePicture(this.#data.title, this.#timeline.isAtEnd ? this.#verdict : ''),
    };
  }

  /** `isSettled`: the time stands at a moment, not between two. */
  #showMoment(timeNs: number, isSettled: boolean): void {
    const scene = this.#scene(timeNs);
    if (!isSettled) return drawRun(this.#svg, scene);
    drawDiagram(this.#svg, scene);
    follow(this.#root.querySelector<HTMLElement>('.gp-stage')!, this.#svg.node()!, scene);
    showPlayer(this.#root, this.#timeline, Math.max(0, timeNs - this.#originNs) / 1000);
    part(this.#root, 'outcome').replaceChildren(h('span', {}, this.#captionAt(timeNs)));
    this.#showFolds();
  }

  /** On the way the step at hand, at the end the whole. */
  #captionAt(timeNs: number): string {
    if (!this.#root.hasAttribute('data-ran')) return this.#invitation();
    if (this.#timeline.isAtEnd) return this.#verdict;
    return captionAt(timeNs, this.#story, this.#drawn, this.#data.switch);
  }

  #invitation(): string {
    return findPart(this.#root, 'ask') === null
      ? '「送る」を押すと、ここに結果が出ます。'
      : '予想を選んで送ると、ここに結果が出ます。';
  }

  /** Only what is open is kept up to date. */
  #showFolds(): void {
    const timeNs = this.#timeline.timeNs;
    const isOpen = (name: string): boolean => part<HTMLDetailsElement>(this.#root, name).open;
    this.#why.show(this.#session.lab.log, {
      start: this.#start,
      timeNs: this.#timeline.isAtEnd ? null : timeNs,
      isServed: !this.#root.hasAttribute('data-ran') || (this.#start === this.#beginning && this.#isDefaultRun),
    });
    if (isOpen('story')) {
      const present = this.#story.findLast((row) => row.timeNs <= timeNs)?.event ?? null;
      const table = storyTable(this.#story, present);
      part(this.#root, 'story-body').replaceChildren(table);
    }
    if (isOpen('tables')) this.#showTables(timeNs);
  }

  async #openWhy(): Promise<void> {
    await this.#why.load();
    this.#showFolds();
  }

  async #openTables(): Promise<void> {
    const { SettingsView } = await import('./settings-view.ts');
    this.#settings ??= new SettingsView(this.#data.id, part(this.#root, 'tables-body'), (changes) =>
      this.#change(changes),
    );
    this.#showFolds();
  }

  async #openSend(): Promise<void> {
    const { sendForm } = await import('./send-view.ts');
    const body = part(this.#root, 'send-body');
    if (body.firstChild === null)
      body.append(sendForm(this.#data.id, this.#data.scenario, (action) => this.#act([action])));
  }

  #showTables(timeNs: number): void {
    if (this.#settings === null) return;
    const { log } = this.#session.lab;
    const last = log.findLastIndex((event) => event.timeNs <= timeNs);
    const isPresent = this.#timeline.isAtEnd && !this.#timeline.isPlaying;
    const lab = isPresent ? this.#session.lab : this.#session.at(Math.max(last, this.#start - 1));
    this.#settings.show(lab, lab.switches.get(this.#data.switch)!, isPresent);
  }

  #tell(message: string | null): void {
    const error = part(this.#root, 'error');
    error.textContent = message ?? '';
    error.hidden = message === null;
  }
}
