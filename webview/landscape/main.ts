import '../toolkit';
import './landscape.css';
import type {
  LandscapeHost,
  LandscapePage,
  LandscapeSnapshot,
  StoredLandscape,
} from '../../extension/contract/landscapePage';
import { fieldsOf } from '../shared/chart/boardView';
import { button } from '../shared/controls';
import { element, setText, show } from '../shared/dom';
import { Frames } from '../shared/frames';
import { HostLine } from '../shared/host';
import { onThemeChange, readTheme } from '../shared/theme';
import { CurveSection } from './curveSection';
import { FiguresSection } from './figuresSection';
import { ProgressList } from './progressList';
import { type SectionActions, type SectionFacts, SurfaceSection } from './surfaceSection';
import { type LandscapeView, readLandscapeView } from './viewState';

const rememberMilliseconds = 400;

/** The loss landscapes of one run or several. */
class Landscapes {
  readonly #host = new HostLine<LandscapeHost, LandscapePage>();
  readonly #frames = new Frames();
  readonly #title = element('h1', {}, 'Loss landscape');
  readonly #summary = element('p', { class: 'muted' });
  readonly #buttons = element('div', { class: 'buttons' });
  readonly #empty = element('p', { class: 'card' }, '');
  readonly #progress = new ProgressList({
    stop: file => this.#host.call({ method: 'stop', argument: file }),
    resume: file => this.#host.call({ method: 'resume', argument: file }),
  });
  readonly #figures = new FiguresSection();
  readonly #curves: CurveSection;
  readonly #surfaces: SurfaceSection;
  #facts: SectionFacts = {
    runs: [],
    landscapes: [],
    view: readLandscapeView(undefined),
    theme: readTheme(),
  };
  #canMeasure = false;
  #rememberTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: HTMLElement) {
    const actions: SectionActions = {
      look: change => this.#look(change),
      save: (name, content) =>
        this.#host.call({
          method: 'saveFile',
          argument: { name: `landscape-${name}`, kind: 'png', content },
        }),
    };
    this.#surfaces = new SurfaceSection(this.#frames, actions);
    this.#curves = new CurveSection(this.#frames, actions);
    page.append(
      element(
        'header',
        { class: 'header' },
        element(
          'div',
          { class: 'header-top' },
          element('div', {}, this.#title, this.#summary),
          this.#buttons,
        ),
      ),
      this.#progress.element,
      this.#empty,
      this.#surfaces.element,
      this.#curves.element,
      this.#figures.element,
    );
    onThemeChange(() => {
      this.#facts = { ...this.#facts, theme: readTheme() };
      this.#update();
    });
    this.#host.listen({
      hydrate: snapshot => this.#hydrate(snapshot),
      landscapes: landscapes => this.#show(landscapes),
    });
    this.#host.call({ method: 'ready' });
  }

  #hydrate({ runs, landscapes, canMeasure, viewState }: LandscapeSnapshot): void {
    const view = readLandscapeView(viewState ?? fieldsOf(this.#host.kept())['view']);
    this.#facts = { ...this.#facts, runs, landscapes, view };
    this.#canMeasure = canMeasure;
    setText(this.#title, runs.length === 1 ? `Loss landscape of ${runs[0]?.name}` : 'Loss landscapes');
    setText(
      this.#summary,
      `${runs.length > 1 ? `${runs.map(({ name }) => name).join(', ')}. ` : ''}How the loss changes around the weights. Flatter describes the network there; it is no measure of robustness.`,
    );
    this.#buttons.replaceChildren(
      ...(canMeasure
        ? [
            button('Measure…', {
              icon: 'plus',
              primary: true,
              onClick: () => this.#host.call({ method: 'measure' }),
            }),
          ]
        : []),
      button('CSV', { icon: 'table', onClick: () => this.#host.call({ method: 'exportCsv' }) }),
      ...runs.map(({ runFolder, name }) =>
        button(runs.length === 1 ? 'Dashboard' : `Dashboard of ${name}`, {
          onClick: () => this.#host.call({ method: 'openDashboard', argument: runFolder }),
        }),
      ),
    );
    this.#update();
    this.#keep();
    document.body.dataset['hydrated'] = 'true';
  }

  #show(landscapes: readonly StoredLandscape[]): void {
    this.#facts = { ...this.#facts, landscapes };
    this.#update();
  }

  #update(): void {
    const { runs, landscapes, theme } = this.#facts;
    this.#progress.update(runs, landscapes, this.#canMeasure);
    setText(
      this.#empty,
      this.#canMeasure
        ? 'Nothing has been measured yet. Press Measure… to begin.'
        : 'Nothing has been measured yet. Measuring starts a process, so it needs your trust in this workspace.',
    );
    show(this.#empty, landscapes.length === 0);
    this.#surfaces.update(this.#facts);
    this.#curves.update(this.#facts);
    this.#figures.update(runs, landscapes, theme);
  }

  #look(change: Partial<LandscapeView>): void {
    this.#facts = { ...this.#facts, view: { ...this.#facts.view, ...change } };
    if (Object.keys(change).join() === 'camera') this.#surfaces.turn(this.#facts.view);
    else this.#update();
    // Turning changes the view many times a second.
    clearTimeout(this.#rememberTimer);
    this.#rememberTimer = setTimeout(() => {
      this.#host.call({ method: 'viewState', argument: this.#facts.view });
      this.#keep();
    }, rememberMilliseconds);
  }

  #keep(): void {
    const { runs, view } = this.#facts;
    this.#host.keep({ runFolders: runs.map(({ runFolder }) => runFolder), view });
  }
}

const page = document.getElementById('page');
if (page) new Landscapes(page);
