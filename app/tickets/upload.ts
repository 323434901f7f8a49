import { UploadSchema } from '#database/schema'

export default class Upload extends UploadSchema {}
