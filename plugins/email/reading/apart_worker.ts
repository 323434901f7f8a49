import { readWords, type Task, type Words } from './apart.js'

export default (task: Task): Words => readWords(task)
