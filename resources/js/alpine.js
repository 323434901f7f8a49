import Alpine from 'alpinejs'
import { evaluator } from './evaluator.js'

window.Alpine = Alpine
Alpine.setEvaluator(evaluator(Alpine))

export default Alpine
