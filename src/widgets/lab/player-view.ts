/** The player's buttons, its slider and its clock. */
import { part } from '../dom.ts';
import type { Timeline } from './timeline.ts';

export function showPlayer(root: HTMLElement, timeline: Timeline, microseconds: number): void {
  const time = part<HTMLInputElement>(root, 'time');
  time.max = String(timeline.length);
  time.value = String(timeline.position);
  time.setAttribute('aria-valuetext', `${timeline.position}歩目、全部で${timeline.length}歩`);
  part<HTMLOutputElement>(root, 'clock').value = duration(microseconds);
  const play = part(root, 'play');
  play.textContent = timeline.isPlaying ? '❚❚ 止める' : '▶ 再生';
  play.setAttribute('aria-pressed', String(timeline.isPlaying));
  part<HTMLButtonElement>(root, 'back').disabled = timeline.position === 0;
  part<HTMLButtonElement>(root, 'step').disabled = timeline.isAtEnd;
  const send = part(root, 'send-run');
  send.textContent = root.hasAttribute('data-ran') ? 'もう一度送る' : '送る';
}

/** In the unit that a reader can grasp. */
function duration(microseconds: number): string {
  const [value, unit] = microseconds < 1e5 ? [microseconds, 'µs'] : [microseconds / 1e6, '秒'];
  return `${value.toLocaleString('ja-JP', { maximumFractionDigits: unit === 'µs' ? 0 : 1 })} ${unit}`;
}
