/** Builds public/assets and gives the manifest: plain name to fingerprinted one. */
export function buildAssets(): Promise<Record<string, string>>
