import { connectPage } from '#tests/connected_page'
import { FakeGraph } from '#tests/fakes/graph'

/** A Facebook page that is connected to this desk. */
export function connectFacebook(config: Record<string, unknown> = {}) {
  const graph = new FakeGraph()
  return connectPage('messenger', graph, { page_id: graph.account, page_access_token: graph.token, app_id: '777', ...config })
}
