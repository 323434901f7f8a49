import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'

router
  .group(() => {
    router.get('customers', [controllers.customers.Customers, 'index'])
    router.get('customers/:id', [controllers.customers.Customers, 'show'])
    router.patch('customers/:id', [controllers.customers.Customers, 'update'])
    router.post('customers/:customer_id/addresses', [controllers.customers.Addresses, 'store'])
    router.delete('customers/:customer_id/addresses/:id', [controllers.customers.Addresses, 'destroy'])
    router.get('customers/:customer_id/picture', [controllers.customers.Pictures, 'show'])
    router.get('customers/:customer_id/merger', [controllers.customers.Mergers, 'create'])
    router.post('customers/:customer_id/merger', [controllers.customers.Mergers, 'store'])
  })
  .use(middleware.auth())
