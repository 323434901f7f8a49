import type { Step } from './draft.js'
import { settleReceipt } from './steps/settle_receipt.js'
import { applyChange } from './steps/apply_change.js'
import { applySign } from './steps/apply_sign.js'
import { nameGap } from './steps/name_gap.js'
import { setAsideUnsupported } from './steps/set_aside_unsupported.js'
import { dropOwnEcho } from './steps/drop_own_echo.js'
import { dropCopy } from './steps/drop_copy.js'
import { detectAutomatic } from './steps/detect_automatic.js'
import { applyBounce, rememberBounce } from './steps/apply_bounce.js'
import { takeFromAgent } from './steps/take_from_agent.js'
import { findCustomer } from './steps/find_customer.js'
import { findTicket } from './steps/find_ticket.js'
import { judgeSpam } from './steps/judge_spam.js'
import { openOrAppend } from './steps/open_or_append.js'
import { assign } from './steps/assign.js'
import { knowHistory, remember } from './steps/remember.js'
import { stopLoops } from './steps/stop_loops.js'
import { acknowledge } from './steps/acknowledge.js'

/**
 * What happens to each thing that arrives, in this order, in one transaction. A step that returns a
 * stop ends the way; read them aloud.
 */
export const steps: readonly Step[] = [
  settleReceipt,
  applyChange,
  applySign,
  nameGap,
  setAsideUnsupported,
  dropOwnEcho,
  dropCopy,
  detectAutomatic,
  applyBounce,
  takeFromAgent,
  findCustomer,
  findTicket,
  judgeSpam,
  openOrAppend,
  assign,
  stopLoops,
  acknowledge,
]

/**
 * The same for what was there before the desk (imports): it is put where it belongs, with its own time, and starts
 * nothing. Whatever is added above does not happen to it.
 */
export const historySteps: readonly Step[] = [rememberBounce, knowHistory, detectAutomatic, findCustomer, findTicket, remember]
