import type { Endpoint } from '../endpoint.js'
export const inbound: Endpoint[] = []
