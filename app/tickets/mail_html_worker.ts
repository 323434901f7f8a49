import { sanitiseMail } from '#tickets/mail_html'

export default sanitiseMail
