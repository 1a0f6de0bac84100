import type { EvaluationsHost } from '../../contract/evaluationPage';

/** What the methods of a page that shows evaluations take. */
export const evaluationsMethods: Record<keyof EvaluationsHost, (argument: unknown) => boolean> = {
  evaluate: argument => argument === undefined,
  stopEvaluation: isName,
  continueEvaluation: isName,
  copyCommand: isName,
  copyRobustIndices: isName,
  saveRobustIndices: isName,
};

/** Whether a call is one of theirs. */
export function isEvaluationsCall<Other extends { readonly method: string }>(
  call: Other,
): call is Extract<Other, { readonly method: keyof EvaluationsHost }> {
  return Object.hasOwn(evaluationsMethods, call.method);
}

function isName(argument: unknown): boolean {
  return typeof argument === 'string' && /^[^/\\:\0]{1,200}$/.test(argument);
}
