import { createLogUpdate } from 'log-update';
import type { RunEvent } from '../../../contract/events';
import type { Output } from '../io';
import { renderBlock } from './block';
import type { Clock } from './clock';
import type { Display } from './display';
import { formatCount, safeLine } from './format';
import { evaluationLine, messageLines, sharpnessLine } from './lines';
import type { Paint } from './paint';
import {
  type EpochRow,
  endsEpoch,
  finalRows,
  type HeaderFacts,
  initialState,
  type RunState,
  reduce,
} from './state';
import { renderSummary } from './summary';
import { layoutTable, renderTableHeader, renderTableRow, sameLayout, type TableLayout } from './table';

const drawEveryMilliseconds = 100;

/** Most of the time that drawing may take from training: log-update measures every character, some milliseconds a draw. */
const drawingShare = 0.02;

/**
 * A block that is drawn in place, at most ten times a second. What does not change any more, the rows of past epochs and
 * messages, is written above it once and scrolls away like any output.
 */
export function createTerminalDisplay(out: Output, facts: HeaderFacts, clock: Clock, paint: Paint): Display {
  // The cursor stays visible: hiding it would leave the terminal without one when the process is killed.
  const update = createLogUpdate(out, { showCursor: true });
  let state = initialState(facts);
  let heldBack: string[] = [];
  const written = new Set<number>();
  let header: TableLayout | undefined;
  let nextDraw = Number.NEGATIVE_INFINITY;
  let callOff: (() => void) | undefined;
  let closed = false;

  const columns = () => out.columns ?? 80;

  /** Lines for new rows, with the header where it is not the one already on the screen. */
  function tableLines(rows: readonly EpochRow[]): { lines: string[]; layout: TableLayout } {
    const layout = layoutTable(state.rows, columns());
    const lines = rows.map(row => renderTableRow(row, layout, paint));
    const headed = header !== undefined && sameLayout(header, layout);
    return {
      lines: headed || rows.length === 0 ? lines : [...renderTableHeader(layout, paint), ...lines],
      layout,
    };
  }

  function holdBackFinalRows(): void {
    const rows = finalRows(state).filter(row => !written.has(row.step));
    if (rows.length === 0) return;
    const { lines, layout } = tableLines(rows);
    heldBack.push(...lines);
    header = layout;
    for (const row of rows) written.add(row.step);
  }

  function writeHeldBack(): void {
    if (heldBack.length === 0) return;
    update.clear();
    out.write(`${heldBack.join('\n')}\n`);
    heldBack = [];
  }

  function draw(): void {
    callOff?.();
    callOff = undefined;
    const begin = clock.now();
    writeHeldBack();
    const open = tableLines(state.rows.filter(row => !written.has(row.step))).lines;
    update(
      [...open, ...(header || open.length > 0 ? [''] : []), ...renderBlock(state, columns(), paint)].join(
        '\n',
      ),
    );
    nextDraw = begin + Math.max(drawEveryMilliseconds, (clock.now() - begin) / drawingShare);
  }

  function drawSoon(): void {
    if (callOff) return;
    const wait = nextDraw - clock.now();
    if (wait <= 0) draw();
    else callOff = clock.after(wait, draw);
  }

  function close(): void {
    if (closed) return;
    closed = true;
    callOff?.();
    if (state.ended) {
      heldBack.push('', ...renderSummary(state, columns(), paint));
      writeHeldBack();
    } else {
      draw();
    }
    update.done();
  }

  return {
    event(event) {
      if (closed) return;
      state = reduce(state, event);
      holdBackFinalRows();
      heldBack.push(...permanentLines(event, state, paint));
      if (event.type === 'ended') close();
      else drawSoon();
    },
    close,
  };
}

/** What an event leaves on the screen for good, apart from the table. */
function permanentLines(event: RunEvent, { facts }: RunState, paint: Paint): string[] {
  switch (event.type) {
    case 'started':
      return [paint('dim', `run folder ${safeLine(facts.runFolder)}`)];
    case 'resumed':
      return [
        paint('dim', `run folder ${safeLine(facts.runFolder)}, resumed at step ${formatCount(event.step)}`),
      ];
    case 'message':
      return messageLines(event, paint);
    case 'evaluation':
      return event.split === 'validation' && (event.weights === 'best' || !endsEpoch(event))
        ? [evaluationLine(event)]
        : [];
    case 'sharpness':
      return endsEpoch(event) ? [] : [sharpnessLine(event)];
    default:
      return [];
  }
}
