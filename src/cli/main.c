#include "cli/commands.h"

#include <string.h>

/* "account add" is one command of two words. In the order of the alphabet. */
static const struct command commands[] = {
    {"account add", "add an account", "NAME",
     "Adds an account and prints a link, good once and for 72 hours, to set its password: open it on the\n"
     "address of the server. NAME is what the person signs in with.",
     command_account_add},
    {"account link", "a new link to set the password", "NAME",
     "Prints a new link to set the password of an account; an older one no longer works.",
     command_account_link},
    {"account list", "the accounts", "", "Prints the accounts, a line each.", command_account_list},
    {"account lock", "lock an account", "NAME",
     "Locks an account: its sessions end, its tokens are gone, it cannot sign in.", command_account_lock},
    {"account token", "a token for the API", "NAME",
     "Prints a bearer token for the API, and nothing else. It is shown this once and never kept in plain.",
     command_account_token},
    {"account part", "an account that signs in elsewhere no more", "NAME",
     "Parts an account from the identity provider that signs it in, and ends its sessions. It can be joined\n"
     "again by a new link (account link).",
     command_account_part},
    {"account unlock", "unlock an account", "NAME", "Lets a locked account sign in again.",
     command_account_unlock},
    {"backup", "a sealed copy of a store", "FILE",
     "Writes a sealed copy of the whole store to FILE, also while the store is served. It can only be read "
     "with\n"
     "the master key, which is not in it: keep both, in different places.",
     command_backup},
    {"bench", "how fast the program is on this machine", "[MEASURE ...]",
     "Measures the program beside a baseline in the same run and prints a table (Markdown): duties, pages,\n"
     "work, append, rebuild; all of them when none is named. Exit status 1 when an aim is missed. All data "
     "is\n"
     "invented.",
     command_bench},
    {"check-pack", "check a procedure pack", "DIR",
     "Reads a procedure pack and prints every fault as \"file:line: what is wrong\".", command_check_pack},
    {"check-sso", "check the settings of single sign-on", "FILE",
     "Reads the file that \"serve --sso\" takes, prints every fault as \"file:line: what is wrong\", and\n"
     "what is to be registered with each provider. With --ask each is asked for its description and keys;\n"
     "exit status 1 when one does not answer as it must.",
     command_check_sso},
    {"demo", "make a demonstration store", "",
     "Makes a store with invented children, entries, contacts and accounts, to try everything out. The same\n"
     "seed and time give the same children, entries and times. The folder must be new or empty.",
     command_demo},
    {"directory export", "the directory as a file", "",
     "Prints the contacts of the directory as a table, with their names: for keeping it elsewhere. --open\n"
     "leaves out named contacts, for open data.",
     command_directory_export},
    {"directory import", "load the directory from a file", "FILE",
     "Reads a table (CSV) whose first row names the fields, and adds its contacts or changes those that are\n"
     "there (by agency, kind and name). Nothing is written when a row has a fault. The pack has one of its\n"
     "own: directory.csv, whose numbers are the published ones and need checking.",
     command_directory_import},
    {"duties", "the duties that follow from entries", "FILE",
     "Reads a JSON array of entries (or an object with \"child\" and \"entries\"; \"-\" is standard input)\n"
     "and prints the duties that follow from them at a time, ordered by when they began.",
     command_duties},
    {"init", "make a store", "",
     "Makes the folder of a store, its database, its keystore (DIR.keystore) and, when there is none yet, "
     "its\n"
     "master key (DIR.key; a passphrase instead with --key ask:). Keep a copy of both, each in another "
     "place:\n"
     "without either nothing in the store can ever be read again.",
     command_init},
    {"key copy", "a copy of the keystore", "FILE",
     "Copies the keystore to FILE, in the place of the copy before it, while serving too. Only the latest "
     "copy "
     "is\n"
     "kept: an older one opens what was disposed of since. One is enough until a record is disposed of or "
     "the\n"
     "master key is changed.",
     command_key_copy},
    {"key restore", "the keystore from its copy", "FILE",
     "Puts a copy of the keystore in its place. Refused when the one that is there is newer.",
     command_key_restore},
    {"key rotate", "another master key", "",
     "Makes another master key, in the place of the old one or as --to says, and lets it open the keystore; "
     "the\n"
     "old one opens it no longer. No record is touched and a server goes on meanwhile; it asks for the new "
     "key "
     "at\n"
     "its next start. Killed at any moment, do it again.",
     command_key_rotate},
    {"key show", "what the keystore is", "",
     "Opens the keystore and says how often it was changed, how many records are disposed of, and what opens "
     "it.",
     command_key_show},
    {"rebuild", "make the lists again", "",
     "Makes everything in the store again that follows from the entries, and says how many there are.",
     command_rebuild},
    {"restore", "a store from a backup", "FILE",
     "Makes a store from a backup in a folder that is new or empty, and checks it. The master key and the "
     "latest\n"
     "keystore must be there; what was disposed of since the backup stays so.",
     command_restore},
    {"screen", "score a screening tool of a pack", "FILE",
     "Reads a JSON object (\"screen\", \"version\", \"answers\", and of the child \"date_of_birth\", \"on\" "
     "and\n"
     "\"marks\") and prints what the answers come to. For authors of packs: nothing is recorded.",
     command_screen},
    {"serve", "serve a store", "",
     "Serves the pages and the API of a store until it is told to stop (SIGTERM or SIGINT). It\n"
     "listens on the loopback only, unless it speaks TLS itself (--tls-certificate, --tls-key) or\n"
     "--behind-proxy names the proxy with TLS that stands before it. SIGHUP reads the certificate again.",
     command_serve},
    {"simulate", "run a year of a partnership", "",
     "Runs a procedure pack through a year of invented children and of workers who are sometimes late, ill "
     "or\n"
     "away, and prints how timely every duty was. On each day the duties as they were kept are checked "
     "against\n"
     "the duties from scratch; exit status 1 names the first that differs.",
     command_simulate},
    {"verify", "prove that the record is whole", "",
     "Checks every chain, every seal, every signed checkpoint, every list and the log of looks, and that "
     "nothing\n"
     "was cut off or put back since the head outside the folder (DIR.head) was signed. The first thing that "
     "does\n"
     "not hold is named, and the status is 1. Keep a copy of DIR.head on another machine and give it with "
     "--head.",
     command_verify},
    {"version", "the version of this program", "", "Prints the version.", command_version},
    {"who-sees-what", "who may see what, as a page", "",
     "Prints who gets a case, and what of it, by the rules of a pack (access.yaml): docs/who-sees-what.md.",
     command_who_sees},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

/* The second words of a command of two: "add, link, list"; "" when it is none. */
static void second_words(const char *first, char *text, size_t room)
{
    size_t size = strlen(first);
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < COMMANDS && used < room; i++) {
        if (strncmp(commands[i].name, first, size) == 0 && commands[i].name[size] == ' ') {
            used += (size_t)snprintf(text + used, room - used, "%s%s", used == 0 ? "" : ", ",
                                     commands[i].name + size + 1);
        }
    }
}

static int no_such(const char *first, const char *second)
{
    char words[256];
    second_words(first, words, sizeof words);
    if (words[0] == '\0') {
        return cli_complain(CLI_ASKED_WRONGLY, "there is no command %s (try waymark --help)", first);
    }
    if (second != NULL && (strcmp(second, "--help") == 0 || strcmp(second, "-h") == 0)) {
        printf("Usage: waymark %s COMMAND [options]\n\nCommands: %s\n", first, words);
        return cli_finish();
    }
    return cli_complain(CLI_ASKED_WRONGLY, "%s needs one of: %s", first, words);
}

static int print_commands(void)
{
    printf("Waymark: a published safeguarding procedure as duties with clocks, on an append-only record.\n\n"
           "Usage: waymark COMMAND [options]\n\nCommands:\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        printf("  %-17s %s\n", commands[i].name, commands[i].help);
    }
    printf("\nwaymark COMMAND --help says more.\n");
    return cli_finish();
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        return cli_complain(CLI_ASKED_WRONGLY, "needs a command (try waymark --help)");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        return print_commands();
    }
    if (argc > 2) {
        char both[64];
        snprintf(both, sizeof both, "%s %s", argv[1], argv[2]);
        const struct command *command = command_find(both);
        if (command != NULL) {
            return command->run(argc - 2, argv + 2);
        }
    }
    const struct command *command = command_find(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
    if (command != NULL) {
        return command->run(argc - 1, argv + 1);
    }
    return no_such(argv[1], argc > 2 ? argv[2] : NULL);
}
