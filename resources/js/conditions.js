/*
 * Parts of a form that are of use only while another field has a certain value: `data-when` names it, `data-is`
 * says the value. Hidden they are still sent, as without JavaScript; the server knows what applies.
 */
function settle(form) {
  for (const part of form.querySelectorAll('[data-when]')) {
    const field = form.elements[part.dataset.when]
    const value = field?.type === 'checkbox' ? String(field.checked) : field?.value
    part.hidden = value !== undefined && value !== part.dataset.is
  }
}

const settleAll = () => {
  for (const form of new Set([...document.querySelectorAll('form [data-when]')].map((part) => part.closest('form')))) settle(form)
}

document.addEventListener('change', ({ target }) => target.form && settle(target.form))
document.addEventListener('htmx:after:swap', settleAll)
settleAll()
