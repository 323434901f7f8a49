/*
 * What every template may use; the functions live in web/view_globals.ts.
 */
import '#web/template_runtime'
import '#web/template_cache'
import '#web/view_globals'
import '#web/key_globals'
import '#search/view_globals'
