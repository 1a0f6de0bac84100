import type { ExamplesEvent, ExampleThumbnail } from '../../extension/contract/events';
import { hint, iconButton } from '../shared/controls';
import { element, setText, show, uniqueId } from '../shared/dom';
import { formatEpoch, formatNumber } from '../shared/format';

/** Pixels between the thumbnails of a sheet. */
const gap = 2;

const rows = ['Clean', 'Perturbation', 'Adversarial'] as const;

/** Adversarial examples of each epoch: the image, what was added, the result, and what the network says of both. */
export class Gallery {
  readonly element: HTMLElement;
  readonly #cards = element('div', {
    class: 'examples',
    attributes: { tabindex: 0, role: 'group', 'aria-label': 'Examples' },
  });
  readonly #title = element('span', { class: 'amount' });
  readonly #summary = element('p', { class: 'muted' });
  readonly #slider: HTMLInputElement;
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  #events: readonly ExamplesEvent[] = [];
  /** How many there were when they were last shown: the list grows. */
  #count = 0;
  #runFolderUri = '';
  #index = 0;
  #following = true;
  #shown: ExamplesEvent | undefined;

  constructor() {
    const id = uniqueId('epoch');
    this.#slider = element('input', {
      id,
      attributes: { type: 'range', min: 0, step: 1 },
      on: { input: () => this.#go(Number(this.#slider.value)) },
    });
    this.#previous = iconButton('Epoch before', 'left', () => this.#go(this.#index - 1));
    this.#next = iconButton('Next epoch', 'right', () => this.#go(this.#index + 1));
    this.element = element(
      'section',
      { class: 'card gallery', attributes: { 'aria-label': 'Adversarial examples' } },
      element(
        'div',
        { class: 'card-head' },
        element('h3', {}, 'Adversarial examples'),
        hint(
          'adversarial examples',
          'The same validation images, attacked with the weights of each epoch. The perturbation is enlarged so that the ' +
            'greatest change the threat model allows is black or white; grey is no change.',
        ),
        element('span', { class: 'spacer' }),
        element('label', { attributes: { for: id } }, 'Epoch'),
        this.#previous,
        this.#slider,
        this.#next,
        this.#title,
      ),
      this.#summary,
      this.#cards,
    );
    show(this.element, false);
  }

  update(events: readonly ExamplesEvent[], runFolderUri: string): void {
    if (events === this.#events && events.length === this.#count && runFolderUri === this.#runFolderUri)
      return;
    this.#events = events;
    this.#count = events.length;
    this.#runFolderUri = runFolderUri;
    show(this.element, events.length > 0);
    if (this.#following || this.#index >= events.length) this.#index = Math.max(0, events.length - 1);
    this.#show();
  }

  #go(index: number): void {
    this.#index = Math.max(0, Math.min(this.#events.length - 1, index));
    this.#following = this.#index === this.#events.length - 1;
    this.#show();
  }

  #show(): void {
    const event = this.#events[this.#index];
    if (!event) return;
    const last = this.#events.length - 1;
    this.#slider.max = String(last);
    this.#slider.value = String(this.#index);
    const name = formatEpoch(event.epoch);
    this.#slider.setAttribute('aria-valuetext', `Epoch ${name}`);
    this.#slider.disabled = last === 0;
    this.#previous.disabled = this.#index === 0;
    this.#next.disabled = this.#index === last;
    setText(this.#title, name);
    if (event === this.#shown) return;
    this.#shown = event;
    const fooled = event.thumbnails.filter(isFooled).length;
    setText(
      this.#summary,
      `The attack changes the prediction of ${fooled} of ${event.thumbnails.length} images. Perturbation × ${formatNumber(event.amplification)}.`,
    );
    void this.#draw(event);
  }

  async #draw(event: ExamplesEvent): Promise<void> {
    const sheet = new Image();
    sheet.src = `${this.#runFolderUri}/${event.file}`;
    const loaded = await sheet.decode().then(
      () => true,
      () => false,
    );
    // While it loaded, another epoch may have been asked for.
    if (event !== this.#shown) return;
    this.#cards.replaceChildren(
      ...event.thumbnails.map((thumbnail, column) =>
        exampleCard(event, thumbnail, column, loaded ? sheet : undefined),
      ),
    );
  }
}

function exampleCard(
  { cell }: ExamplesEvent,
  thumbnail: ExampleThumbnail,
  column: number,
  sheet: HTMLImageElement | undefined,
): HTMLElement {
  const { label, cleanPrediction, adversarialPrediction, index } = thumbnail;
  const captions = [prediction(cleanPrediction, label), '', prediction(adversarialPrediction, label)];
  const pictures = rows.map((name, row) => {
    const canvas = element('canvas', {
      attributes: { width: cell, height: cell, role: 'img', 'aria-label': `${name}, image ${index}` },
    });
    if (sheet) {
      canvas
        .getContext('2d')
        ?.drawImage(sheet, column * (cell + gap), row * (cell + gap), cell, cell, 0, 0, cell, cell);
    }
    return element(
      'figure',
      {},
      canvas,
      element('figcaption', {}, element('span', { class: 'muted' }, name), captions[row] ?? ''),
    );
  });
  return element(
    'div',
    { class: isFooled(thumbnail) ? 'example fooled' : 'example' },
    element(
      'p',
      { class: 'example-label' },
      `Label ${label}`,
      element('span', { class: 'note' }, `image ${index}`),
    ),
    element('div', { class: 'example-pictures' }, ...pictures),
  );
}

function prediction(predicted: number, label: number): HTMLElement {
  const isRight = predicted === label;
  return element('span', { class: isRight ? 'right' : 'wrong' }, `${isRight ? '✓' : '✗'} ${predicted}`);
}

function isFooled({ cleanPrediction, adversarialPrediction }: ExampleThumbnail): boolean {
  return cleanPrediction !== adversarialPrediction;
}
