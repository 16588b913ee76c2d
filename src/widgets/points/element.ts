/** `<gp-points>`: compares the chosen places with those that are guest ports. */
class GpPoints extends HTMLElement {
  connectedCallback(): void {
    const boxes = [...this.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')];
    for (const box of boxes) box.hidden = false;
    this.querySelector('button')!.hidden = false;
    this.querySelector('form')!.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#judge(boxes);
    });
  }

  #judge(boxes: readonly HTMLInputElement[]): void {
    const missed = boxes.filter((box) => box.dataset['answer'] === 'yes' && !box.checked).map(({ value }) => value);
    const wrong = boxes.filter((box) => box.dataset['answer'] === 'no' && box.checked).map(({ value }) => value);
    const right = boxes.filter((box) => box.dataset['answer'] === 'yes').map(({ value }) => value);
    this.setAttribute('data-ran', '');
    const parts = [
      missed.length + wrong.length === 0 ? '予想どおりです。' : '',
      missed.length === 0 ? '' : `${missed.join('と')}もゲストポートです。`,
      wrong.length === 0 ? '' : `${wrong.join('と')}はゲストポートではありません。`,
      `ゲストポートは${right.join('、')}です。`,
    ];
    this.querySelector('.gp-outcome')!.textContent = parts.join('');
  }
}

customElements.define('gp-points', GpPoints);
