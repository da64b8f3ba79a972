/*
 * The certificate that the server shows and the key it proves it with (GnuTLS, which lives only here and in
 * the gate). Both are read again when they change or when told to; connections go on with what they began
 * with, and a pair that does not fit together, as in the middle of a renewal, is not taken.
 */
#ifndef WM_WEB_TLS_H
#define WM_WEB_TLS_H

#include "base/error.h"

#include <gnutls/abstract.h>
#include <stdbool.h>

struct tls_options {
    const char *certificate; /* PEM: that of the server first, then those that lead to a root */
    const char *key;         /* PEM, without a passphrase; not readable by everybody */
    bool also_1_2;           /* TLS 1.2 too, with forward secrecy and authenticated ciphers only */
};

struct tls;

/* ERROR_KEY names the file: missing, no PEM, readable by others, expired, or the key of another certificate.
 */
const struct error *tls_open(struct arena *arena, const struct tls_options *options,
                             struct tls **ret_tls) MUST_CHECK;
/* After the last connection. */
void tls_close(struct tls *tls);
/* Reads both files again. With an error what was there before stays. */
const struct error *tls_renew(struct arena *arena, struct tls *tls) MUST_CHECK;
/* Whether a file is another than when they were last looked at. */
bool tls_changed(struct tls *tls);

/* For libmicrohttpd: what may be spoken, and what is shown to a connection. One server a process. */
const char *tls_priorities(const struct tls_options *options);
int tls_show(gnutls_session_t session, const struct gnutls_cert_retr_st *asked,
             gnutls_pcert_st **ret_certificates, unsigned *ret_count, gnutls_ocsp_data_st **ret_ocsp,
             unsigned *ret_ocsp_count, gnutls_privkey_t *ret_key, unsigned *ret_flags);

#endif
