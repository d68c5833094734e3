import { probeDevice } from '../onnx/probe-device.ts'
import type { Verb } from '../verb.ts'

export const probe: Verb<'probe'> = (_context, device) => probeDevice(device)
