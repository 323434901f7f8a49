import { defineConfig } from '@adonisjs/core/bodyparser'

/*
 * Files are never read here: uploads are streamed by their own controller, raw mail and hooks
 * read the request themselves.
 */
export default defineConfig({
  allowedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  form: { convertEmptyStringsToNull: true, types: ['application/x-www-form-urlencoded'], limit: '2mb' },
  json: {
    convertEmptyStringsToNull: false,
    limit: '40mb',
    types: ['application/json', 'application/vnd.api+json', 'application/merge-patch+json'],
  },
  multipart: {
    autoProcess: true,
    convertEmptyStringsToNull: true,
    processManually: ['/uploads', '/api/v1/uploads', '/admin/imports/files'],
    limit: '60mb',
    types: ['multipart/form-data'],
  },
  raw: { types: [] },
})
