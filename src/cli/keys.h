/* The process that holds the keys while the program serves: begun before anything else is opened. */
#ifndef WM_CLI_KEYS_H
#define WM_CLI_KEYS_H

#include "cli/cli.h"
#include "seal/seal.h"

/* `data` and `key` as the command line says them. ERROR_KEY: the keystore does not open. The caller's. */
const struct error *keys_hold(struct arena *arena, const char *data, const char *key,
                              const struct key_limits *limits, struct keyring **ret_keyring) MUST_CHECK;

#endif
