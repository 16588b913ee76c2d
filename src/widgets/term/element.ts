/**
 * Notes of terms, which CSS shows on hover and focus: Escape puts one away until the reader comes back to its term
 * (WCAG 1.4.13), and none reaches over the edge of a narrow window.
 */
const GAP = 8;

function termOf({ target }: Event): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('.gp-term') : null;
}

function keepInWindow(term: HTMLElement): void {
  const note = term.querySelector<HTMLElement>('.gp-term-note')!;
  note.style.translate = '';
  const over = note.getBoundingClientRect().right + GAP - document.documentElement.clientWidth;
  if (over > 0) note.style.translate = `${-over}px`;
}

for (const type of ['pointerover', 'focusin'] as const) {
  document.addEventListener(type, (event) => {
    const term = termOf(event);
    if (term !== null) keepInWindow(term);
  });
}
for (const type of ['pointerout', 'focusout'] as const) {
  document.addEventListener(type, (event) => {
    const term = termOf(event);
    if (term?.contains(event.relatedTarget as Node | null) === false) term.classList.remove('is-dismissed');
  });
}
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return;
  for (const term of document.querySelectorAll('.gp-term:is(:hover, :focus-within)'))
    term.classList.add('is-dismissed');
});
