// Loaded before the trainer (node --import): destroys the process's first GPU device while it works, as a reset of the driver does.
const { globals } = await import('webgpu');
const losingStep = Number(process.env.LOSE_DEVICE_AT_STEP);
const { GPUAdapter, GPUQueue } = globals;
const { requestDevice } = GPUAdapter.prototype;
const { onSubmittedWorkDone } = GPUQueue.prototype;
let first;
let steps = 0;
GPUAdapter.prototype.requestDevice = async function (...options) {
  const device = await requestDevice.apply(this, options);
  first ??= device;
  return device;
};
// The trainer asks once a step how far the GPU is.
GPUQueue.prototype.onSubmittedWorkDone = function () {
  if (++steps === losingStep) first.destroy();
  return onSubmittedWorkDone.call(this);
};
