/*
 * How the compiled program is run: by `npm start`, by the bench, and by the tests that measure it.
 */

/**
 * - a small nursery for young objects costs a page nothing that can be measured;
 * - the heap may grow by eight fifths before it is looked through, not to four times its size, which is what V8 allows on a
 *   machine with much memory: four fifths took 60 MB less, and a tenth of the mails a second.
 */
export const FLAGS = ['--enable-source-maps', '--max-semi-space-size=4', '--heap-growing-percent=160']

/** glibc keeps freed memory for each thread that ever asked for some; two such stores are enough for ours. */
export const ENVIRONMENT = { MALLOC_ARENA_MAX: '2' }
