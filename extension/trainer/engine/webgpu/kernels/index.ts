// TensorFlow.js's WebGPU kernels, without its backend.
import '@tensorflow/tfjs-backend-webgpu/dist/flags_webgpu';
import '@tensorflow/tfjs-backend-webgpu/dist/register_all_kernels';
import { replaceKernel } from '../kernel';
import { conv2d, paddedConv2d } from './conv2d';
import { conv2dFilterGradient } from './conv2dFilterGradient';
import { conv2dInputGradient } from './conv2dInputGradient';

/** Puts our kernels over TensorFlow.js's. */
export function registerKernels(): void {
  for (const kernel of [conv2d, paddedConv2d, conv2dFilterGradient, conv2dInputGradient])
    replaceKernel(kernel);
}
