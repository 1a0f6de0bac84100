import type { Call, CompareHost, DashboardHost } from '../../contract/dashboard';
import type { CheckpointEvaluationsHost } from '../../contract/evaluationPage';
import { evaluationsMethods } from '../evaluations/pageMessages';

type ArgumentCheck = (argument: unknown) => boolean;

/** What each method takes; anything else a page might send is dropped. */
const dashboardMethods: Record<keyof DashboardHost, ArgumentCheck> = {
  ready: nothing,
  pause: nothing,
  unpause: nothing,
  stop: nothing,
  checkpoint: nothing,
  resume: nothing,
  editAndRunAgain: nothing,
  exportCsv: nothing,
  lossLandscape: nothing,
  openLog: nothing,
  ...evaluationsMethods,
  saveFile: isSavedFile,
  viewState: isViewState,
};

const compareMethods: Record<keyof CompareHost, ArgumentCheck> = {
  ready: nothing,
  openDashboard: isText,
  saveFile: isSavedFile,
  viewState: isViewState,
};

/** The call a dashboard page has sent; undefined when it is not one. */
export function readDashboardCall(message: unknown): Call<DashboardHost> | undefined {
  return isCall(message, dashboardMethods) ? (message as Call<DashboardHost>) : undefined;
}

const checkpointEvaluationsMethods: Record<keyof CheckpointEvaluationsHost, ArgumentCheck> = {
  ready: nothing,
  saveFile: isSavedFile,
  ...evaluationsMethods,
};

/** The call a page of evaluations outside runs has sent; undefined when it is not one. */
export function readCheckpointEvaluationsCall(message: unknown): Call<CheckpointEvaluationsHost> | undefined {
  return isCall(message, checkpointEvaluationsMethods)
    ? (message as Call<CheckpointEvaluationsHost>)
    : undefined;
}

/** The call a compare page has sent; undefined when it is not one. */
export function readCompareCall(message: unknown): Call<CompareHost> | undefined {
  return isCall(message, compareMethods) ? (message as Call<CompareHost>) : undefined;
}

/** Whether a message is a call of one of the methods with what it takes. */
export function isCall(message: unknown, methods: Readonly<Record<string, ArgumentCheck>>): boolean {
  if (!isObject(message) || typeof message['method'] !== 'string') return false;
  const { method } = message;
  return Object.hasOwn(methods, method) && methods[method]?.(message['argument']) === true;
}

export function nothing(argument: unknown): boolean {
  return argument === undefined;
}

export function isText(argument: unknown): boolean {
  return typeof argument === 'string';
}

const largestFile = 64 * 1024 * 1024;

export function isSavedFile(argument: unknown): boolean {
  if (!isObject(argument)) return false;
  const { name, kind, content } = argument;
  return (
    typeof name === 'string' &&
    /^[^/\\:\0]{1,200}$/.test(name) &&
    (kind === 'png' || kind === 'svg') &&
    content instanceof Uint8Array &&
    content.byteLength <= largestFile
  );
}

const longestViewState = 100_000;

/** The host keeps it without looking inside; the page checks it when it comes back. */
export function isViewState(argument: unknown): boolean {
  if (!isObject(argument)) return false;
  return JSON.stringify(argument).length <= longestViewState;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
