#include "web/tls.h"

#include "base/instant.h"
#include "base/must.h"

#include <errno.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

/* A pair that was replaced is kept for handshakes that still use it; so many within that time is no renewal.
 */
enum { PAIRS = 8, KEPT_MS = 5 * MS_PER_MINUTE, CHAIN = 8 };

struct pair_of {
    gnutls_pcert_st certificates[CHAIN];
    unsigned count;
    gnutls_privkey_t key;
    int64_t replaced_ms; /* 0: never used */
};

/* Enough to tell that a file is another one, or was written again. */
struct file_state {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written;
};

struct tls {
    struct tls_options options;
    struct file_state seen[2];
    pthread_mutex_t lock; /* of `now` */
    struct pair_of pairs[PAIRS];
    size_t now;
};

static _Atomic(struct tls *) the_tls;

const char *tls_priorities(const struct tls_options *options)
{
    return options->also_1_2
               ? "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA:+ECDHE-RSA:+AES-256-GCM:+CHACHA20-POLY1305:"
                 "+AES-128-GCM:+AEAD:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+SIGN-ECDSA-SECP256R1-"
                 "SHA256:+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SHA384:+SIGN-EDDSA-"
                 "ED25519:"
                 "+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA384:+SIGN-RSA-PSS-RSAE-SHA512:"
                 "+SIGN-RSA-SHA256:+SIGN-RSA-SHA384:+SIGN-RSA-SHA512:+COMP-NULL:+CTYPE-X509:%SERVER_"
                 "PRECEDENCE"
               : "NONE:+VERS-TLS1.3:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:+AEAD:+ECDHE-ECDSA:+ECDHE-"
                 "RSA:"
                 "+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+SIGN-ECDSA-SECP256R1-SHA256:"
                 "+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-EDDSA-ED25519:+SIGN-RSA-PSS-RSAE-SHA256:"
                 "+SIGN-RSA-PSS-RSAE-SHA384:+SIGN-RSA-PSS-RSAE-SHA512:+COMP-NULL:+CTYPE-X509:%SERVER_"
                 "PRECEDENCE";
}

/* ---- reading */

static struct file_state state_of(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return (struct file_state){0};
    }
    return (struct file_state){status.st_dev, status.st_ino, status.st_size, status.st_mtim};
}

static bool same_state(const struct file_state *a, const struct file_state *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->written.tv_sec == b->written.tv_sec && a->written.tv_nsec == b->written.tv_nsec;
}

static const struct error *read_certificates(struct arena *arena, const char *path, struct pair_of *pair)
{
    gnutls_datum_t pem;
    if (gnutls_load_file(path, &pem) != GNUTLS_E_SUCCESS) {
        return error_new(arena, ERROR_KEY, "%s: %s", path, strerrordesc_np(errno));
    }
    unsigned count = CHAIN;
    int code = gnutls_pcert_list_import_x509_raw(pair->certificates, &count, &pem, GNUTLS_X509_FMT_PEM,
                                                 GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);
    gnutls_free(pem.data);
    if (code != GNUTLS_E_SUCCESS) {
        return error_new(arena, ERROR_KEY, "%s is not a certificate with its chain: %s", path,
                         gnutls_strerror(code));
    }
    pair->count = count;
    return NULL;
}

static const struct error *read_key(struct arena *arena, const char *path, gnutls_privkey_t key)
{
    struct stat status;
    gnutls_datum_t pem;
    if (stat(path, &status) != 0) {
        return error_new(arena, ERROR_KEY, "%s: %s", path, strerrordesc_np(errno));
    }
    if ((status.st_mode & S_IRWXO) != 0) {
        return error_new(arena, ERROR_KEY, "%s can be read by everybody on this machine", path);
    }
    if (gnutls_load_file(path, &pem) != GNUTLS_E_SUCCESS) {
        return error_new(arena, ERROR_KEY, "%s: %s", path, strerrordesc_np(errno));
    }
    int code = gnutls_privkey_import_x509_raw(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_memset(pem.data, 0, pem.size);
    gnutls_free(pem.data);
    return code == GNUTLS_E_SUCCESS
               ? NULL
               : error_new(arena, ERROR_KEY, "%s is not a private key: %s", path, gnutls_strerror(code));
}

static bool fits(const struct pair_of *pair)
{
    unsigned char of_key[64];
    unsigned char of_certificate[64];
    size_t key_size = sizeof of_key;
    size_t certificate_size = sizeof of_certificate;
    gnutls_pubkey_t public_key;
    if (gnutls_pubkey_init(&public_key) != GNUTLS_E_SUCCESS) {
        return false;
    }
    bool same = gnutls_pubkey_import_privkey(public_key, pair->key, 0, 0) == GNUTLS_E_SUCCESS &&
                gnutls_pubkey_get_key_id(public_key, GNUTLS_KEYID_USE_SHA256, of_key, &key_size) ==
                    GNUTLS_E_SUCCESS &&
                gnutls_pubkey_get_key_id(pair->certificates[0].pubkey, GNUTLS_KEYID_USE_SHA256,
                                         of_certificate, &certificate_size) == GNUTLS_E_SUCCESS &&
                key_size == certificate_size && memcmp(of_key, of_certificate, key_size) == 0;
    gnutls_pubkey_deinit(public_key);
    return same;
}

static bool has_expired(const struct pair_of *pair)
{
    gnutls_x509_crt_t certificate;
    if (gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS) {
        return false;
    }
    bool over = gnutls_x509_crt_import(certificate, &pair->certificates[0].cert, GNUTLS_X509_FMT_DER) ==
                    GNUTLS_E_SUCCESS &&
                (int64_t)gnutls_x509_crt_get_expiration_time(certificate) < clock_now().ms / MS_PER_SECOND;
    gnutls_x509_crt_deinit(certificate);
    return over;
}

static void pair_free(struct pair_of *pair)
{
    for (unsigned i = 0; i < pair->count; i++) {
        gnutls_pcert_deinit(&pair->certificates[i]);
    }
    if (pair->key != NULL) {
        gnutls_privkey_deinit(pair->key);
    }
    *pair = (struct pair_of){0};
}

static const struct error *pair_read(struct arena *arena, const struct tls_options *options,
                                     struct pair_of *pair)
{
    *pair = (struct pair_of){0};
    must(gnutls_privkey_init(&pair->key) == GNUTLS_E_SUCCESS);
    const struct error *error = read_certificates(arena, options->certificate, pair);
    error = error != NULL ? error : read_key(arena, options->key, pair->key);
    if (error == NULL && !fits(pair)) {
        error = error_new(arena, ERROR_KEY, "%s is not the key of %s", options->key, options->certificate);
    }
    if (error == NULL && has_expired(pair)) {
        error = error_new(arena, ERROR_KEY, "%s has expired", options->certificate);
    }
    if (error != NULL) {
        pair_free(pair);
    }
    return error;
}

static void look(struct tls *tls)
{
    tls->seen[0] = state_of(tls->options.certificate);
    tls->seen[1] = state_of(tls->options.key);
}

/* ---- what is shown */

const struct error *tls_open(struct arena *arena, const struct tls_options *options, struct tls **ret_tls)
{
    struct tls *tls = arena_one(arena, struct tls);
    tls->options = *options;
    look(tls);
    TRY(pair_read(arena, options, &tls->pairs[0]));
    must(pthread_mutex_init(&tls->lock, NULL) == 0);
    atomic_store(&the_tls, tls);
    *ret_tls = tls;
    return NULL;
}

void tls_close(struct tls *tls)
{
    atomic_store(&the_tls, NULL);
    for (size_t i = 0; i < PAIRS; i++) {
        pair_free(&tls->pairs[i]);
    }
    must(pthread_mutex_destroy(&tls->lock) == 0);
}

const struct error *tls_renew(struct arena *arena, struct tls *tls)
{
    size_t next = (tls->now + 1) % PAIRS;
    struct pair_of *place = &tls->pairs[next];
    int64_t now_ms = clock_steady_ms();
    if (place->count > 0 && now_ms - place->replaced_ms < KEPT_MS) {
        return error_new(arena, ERROR_TOO_MANY, "%s was renewed very often in a short time",
                         tls->options.certificate);
    }
    struct pair_of fresh;
    look(tls);
    TRY(pair_read(arena, &tls->options, &fresh));
    must(pthread_mutex_lock(&tls->lock) == 0);
    pair_free(place);
    *place = fresh;
    tls->pairs[tls->now].replaced_ms = now_ms;
    tls->now = next;
    must(pthread_mutex_unlock(&tls->lock) == 0);
    return NULL;
}

bool tls_changed(struct tls *tls)
{
    struct file_state certificate = state_of(tls->options.certificate);
    struct file_state key = state_of(tls->options.key);
    return !same_state(&certificate, &tls->seen[0]) || !same_state(&key, &tls->seen[1]);
}

int tls_show(gnutls_session_t session, const struct gnutls_cert_retr_st *asked,
             gnutls_pcert_st **ret_certificates, unsigned *ret_count, gnutls_ocsp_data_st **ret_ocsp,
             unsigned *ret_ocsp_count, gnutls_privkey_t *ret_key, unsigned *ret_flags)
{
    (void)session;
    (void)asked;
    struct tls *tls = atomic_load(&the_tls);
    if (tls == NULL) {
        return -1;
    }
    must(pthread_mutex_lock(&tls->lock) == 0);
    struct pair_of *pair = &tls->pairs[tls->now];
    *ret_certificates = pair->certificates;
    *ret_count = pair->count;
    *ret_key = pair->key;
    must(pthread_mutex_unlock(&tls->lock) == 0);
    *ret_ocsp = NULL;
    *ret_ocsp_count = 0;
    *ret_flags = 0;
    return 0;
}
